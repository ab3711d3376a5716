'use strict';

// Finds the function that a handler's name means.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html

const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { runtimeError } = require('./errors.js');

/** What a handler has that only tells why the function's code could not be loaded: that, as the caller is to see it. */
const failure = Symbol('failure');

/** `folder/module.export.of.it` below `taskRoot`. An ES module is imported with `query` behind its URL: development.js. */
async function loadHandler(taskRoot, name, query = '') {
  const { folder, module, exports } = parse(name);
  let loaded;
  try {
    loaded = await load(taskRoot, folder, module, query);
  } catch (error) {
    if (error instanceof SyntaxError) throw runtimeError('UserCodeSyntaxError', String(error), error);
    if (error?.code === 'MODULE_NOT_FOUND') throw runtimeError('ImportModuleError', String(error), error);
    throw error;
  }

  const handler = exports.reduce((value, key) => value?.[key], loaded);
  if (handler === undefined || handler === null) throw runtimeError('HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw runtimeError('HandlerNotFound', `${name} is not a function`);
  return handler;
}

function parse(name) {
  if (name.includes('..')) {
    throw runtimeError(
      'MalformedHandlerName',
      `'${name}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`,
    );
  }
  const { dir, base } = path.parse(name);
  const [module, ...exports] = base.split('.');
  if (module === '' || exports.length === 0 || exports.includes('')) throw runtimeError('MalformedHandlerName', 'Bad handler');
  return { folder: dir, module, exports };
}

async function load(taskRoot, folder, module, query) {
  const file = path.resolve(taskRoot, folder, module);
  if (isFile(file)) return require(file);
  if (isFile(`${file}.js`)) return isModule(path.dirname(file)) ? importFile(`${file}.js`, query) : require(`${file}.js`);
  if (isFile(`${file}.mjs`)) return importFile(`${file}.mjs`, query);
  if (isFile(`${file}.cjs`)) return require(`${file}.cjs`);
  // A folder with an index, or a package. What is not there is reported with this name.
  return require(require.resolve(module, { paths: [path.resolve(taskRoot, folder), taskRoot] }));
}

/** Whether a `.js` file in this folder is an ES module: the nearest package.json says so. */
function isModule(folder) {
  for (;;) {
    try {
      return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).type === 'module';
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
    const parent = path.dirname(folder);
    if (parent === folder || path.basename(folder) === 'node_modules') return false;
    folder = parent;
  }
}

function importFile(file, query) {
  return import(pathToFileURL(file).href + query);
}

function isFile(file) {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

module.exports = { failure, loadHandler };
