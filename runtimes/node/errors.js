'use strict';

// Errors as the function's caller and its log are to see them.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-exceptions.html

const { isNativeError } = require('node:util').types;

/** An error of the runtime: its name is `Runtime.<kind>`; the stack tells of `cause`, where there is one. */
function runtimeError(kind, message, cause) {
  const error = new Error(message);
  error.name = `Runtime.${kind}`;
  const frames = isError(cause) ? framesOf(cause) : [];
  error.stack = [`${error.name}: ${message}`, ...frames].join('\n');
  return error;
}

/** The lines of an error's stack that are not its message; for a syntax error also the lines that show where it is. */
function framesOf(error) {
  const stack = String(error.stack);
  const title = String(error);
  const at = stack.indexOf(title);
  return (at < 0 ? stack : stack.slice(0, at) + stack.slice(at + title.length)).split('\n').filter((line) => line.trim() !== '');
}

function isError(value) {
  return isNativeError(value) || (value !== null && typeof value === 'object' && typeof value.stack === 'string' && 'message' in value);
}

/** What the caller gets: {errorType, errorMessage, trace}. */
function answerOf(error) {
  if (!isError(error)) return { errorType: typeof error, errorMessage: textOf(error), trace: [] };
  return { errorType: String(error.name), errorMessage: String(error.message), trace: String(error.stack).split('\n') };
}

/** What the log gets: with the error's own properties, and those of errors within. */
function detailsOf(error) {
  const { name, message, stack, ...own } = error;
  return { errorType: String(error.name), errorMessage: String(error.message), ...own, stack: String(error.stack).split('\n') };
}

/** An error in a log of JSON objects: of its class, with its own properties. */
function reportOf(error) {
  const { errorType, errorMessage, trace } = answerOf(error);
  const { name, message, stack, ...own } = error;
  const isRuntimes = errorType.startsWith('Runtime.');
  return { errorType: isRuntimes ? errorType : error.constructor?.name || errorType, errorMessage, stackTrace: trace, ...own };
}

/** What was thrown, as the log tells it: an error also where it is none. */
function loggedOf(thrown) {
  return isError(thrown) ? thrown : new Error(textOf(thrown));
}

/** `title` and the error as one line of JSON: `Invoke Error \t{…}`. */
function logTextOf(title, error) {
  try {
    return `${title} \t${JSON.stringify(detailsOf(error), (_, value) => (isError(value) ? detailsOf(value) : value))}`;
  } catch {
    const { errorType, errorMessage, trace } = answerOf(error);
    return `${title} \t${JSON.stringify({ errorType, errorMessage, stack: trace })}`; // a property of it is circular, a BigInt, …
  }
}

function textOf(value) {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value); // an object without a prototype
  }
}

module.exports = { answerOf, isError, loggedOf, logTextOf, reportOf, runtimeError, textOf };
