'use strict';

// Gives a process that was booted for nobody the environment that its function expects.

const Module = require('node:module');

/** Gives the process exactly this environment, and does what Node would have done with it at its start. */
function replaceEnvironment(environment) {
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
  if (environment.NODE_PATH) Module._initPaths(); // layers: /opt/nodejs/node_modules
}

/** Options of NODE_OPTIONS that can still be honoured after the start. Returns those that cannot. */
async function applyNodeOptions(text, importModule) {
  const refused = [];
  const words = text.split(/\s+/).filter((word) => word !== '');
  while (words.length > 0) {
    const word = words.shift();
    const equals = word.indexOf('=');
    const name = equals < 0 ? word : word.slice(0, equals);
    const value = () => (equals < 0 ? words.shift() : word.slice(equals + 1));
    if (name === '--enable-source-maps') process.setSourceMapsEnabled(true);
    else if (name === '--require' || name === '-r') Module.createRequire(`${process.cwd()}/`)(value());
    else if (name === '--import') await importModule(value());
    else refused.push(word);
  }
  return refused;
}

module.exports = { applyNodeOptions, replaceEnvironment };
