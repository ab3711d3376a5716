'use strict';

// console.* and the standard streams as log events.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html

const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { Writable } = require('node:stream');
const { StringDecoder } = require('node:string_decoder');
const { format } = require('node:util');
const { isError, loggedOf, logTextOf, reportOf } = require('./errors.js');

const longestEvent = 256 * 1024 - 26; // characters; what is longer becomes several events. CloudWatch counts 26 bytes for each
const order = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const levels = { log: 'INFO', info: 'INFO', debug: 'DEBUG', warn: 'WARN', error: 'ERROR', fatal: 'FATAL', trace: 'TRACE' };

class Logs {
  /** @param writer a FrameWriter */
  constructor(writer) {
    this.writer = writer;
    this.requestId = undefined; // of the running invocation, or the last one; before the first written as `undefined`, as AWS does
    this.streams = [];
    this.json = false;
    this.least = 0; // what is below it in `order` is not said
  }

  /** Follows the function's LoggingConfig, which these variables tell. */
  configure({ AWS_LAMBDA_LOG_FORMAT: logFormat, AWS_LAMBDA_LOG_LEVEL: level }) {
    this.json = logFormat === 'JSON';
    this.least = this.json ? Math.max(0, order.indexOf(level)) : 0;
  }

  /** What a console method was given. */
  values(level, values) {
    if (order.indexOf(level) < this.least) return;
    if (this.json) this.object(level, ...messageOf(values));
    else this.line(level, values.length === 1 && typeof values[0] === 'string' ? values[0] : format(...values));
  }

  /** One event in AWS's text format. Several lines stay one event. */
  line(level, text) {
    this.flush();
    const now = Date.now();
    this.event(now, `${new Date(now).toISOString()}\t${this.requestId}\t${level}\t${text}`);
  }

  /** One event as AWS's JSON: a message of any kind, and further members. */
  object(level, message, further) {
    this.flush();
    const now = Date.now();
    const event = { timestamp: new Date(now).toISOString(), level, requestId: this.requestId, ...further };
    let text;
    try {
      text = JSON.stringify({ ...event, message }, (_, value) => (isError(value) ? reportOf(value) : value));
    } catch {
      text = JSON.stringify({ ...event, message: format(message) }); // it is circular, has a BigInt, …
    }
    this.event(now, text);
  }

  /** An error that ended what the runtime ran. */
  failure(title, thrown) {
    const error = loggedOf(thrown);
    if (this.json) this.object('ERROR', reportOf(error));
    else this.line('ERROR', logTextOf(title, error));
  }

  event(timestamp, text) {
    if (text.charCodeAt(text.length - 1) === 10) text = text.slice(0, -1);
    let start = 0;
    for (; text.length - start > longestEvent; start += longestEvent) {
      this.writer.log(timestamp, text.slice(start, start + longestEvent));
    }
    this.writer.log(timestamp, start === 0 ? text : text.slice(start));
  }

  /** Sends what was written to the standard streams without a line feed yet. */
  flush() {
    for (const stream of this.streams) stream.flush();
  }

  /** Makes the global console and process.stdout, process.stderr write here. */
  capture() {
    for (const [method, level] of Object.entries(levels)) {
      console[method] = (...values) => this.values(level, values);
    }
    this.captureStream('stdout', 1);
    this.captureStream('stderr', 2);
    writeAtOnce('write');
    writeAtOnce('writev');
    syncBuiltinESMExports();
  }

  captureStream(name, fd) {
    let stream; // made when it is first asked for: most functions never do
    Object.defineProperty(process, name, {
      configurable: true,
      enumerable: true,
      get: () => {
        if (!stream) this.streams.push((stream = new LogStream(this, fd)));
        return stream;
      },
    });
  }
}

/**
 * What is written to the standard descriptors asynchronously, as loggers do, is written at once: it belongs to the invocation that
 * wrote it, and the answer would overtake it. Whoever wrote it is told afterwards all the same.
 */
function writeAtOnce(name) {
  const { [name]: write, [`${name}Sync`]: writeSync } = fs;
  const replacement = (fd, ...rest) => {
    const done = rest.at(-1);
    if ((fd !== 1 && fd !== 2) || typeof done !== 'function') return write(fd, ...rest);
    let fault = null;
    let count = 0;
    try {
      count = writeSync(fd, ...rest.slice(0, -1));
    } catch (error) {
      fault = error;
    }
    queueMicrotask(() => done(fault, count, rest[0]));
  };
  fs[name] = Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(write)); // `util.promisify` looks at them
}

/** Of what a console method was given, the message, and the members that tell of an error among several values. */
function messageOf(values) {
  if (values.length === 1) return [values[0] === undefined ? 'undefined' : values[0]];
  const error = values.find(isError);
  return [format(...values), error && reportOf(error)];
}

/** What is written, up to a write that ends a line, is one event. */
class LogStream extends Writable {
  constructor(logs, fd) {
    super({ decodeStrings: false });
    this.logs = logs;
    this.fd = fd;
    this.decoder = new StringDecoder();
    this.text = '';
  }

  _write(chunk, encoding, done) {
    const text = typeof chunk === 'string' ? chunk : this.decoder.write(chunk);
    for (const other of this.logs.streams) if (other !== this) other.flush(); // in the order of writing
    this.text += text;
    if (this.text.endsWith('\n') || this.text.length > longestEvent) this.flush();
    done();
  }

  // As for the process's own streams, the end of one is never the end of its descriptor.
  _destroy(error, done) {
    done(error);
  }

  flush() {
    if (this.text === '') return;
    const text = this.text;
    this.text = '';
    this.logs.event(Date.now(), text);
  }
}

module.exports = { Logs };
