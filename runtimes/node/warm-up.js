'use strict';

// Does once, for nobody, what a function's start and its first invocation will do: so the engine has compiled that path,
// and the module loaders have loaded themselves, before there is somebody who waits for it.

const path = require('node:path');
const { FrameReader, FrameWriter, fromAloft, toAloft } = require('./frames.js');
const { loadHandler } = require('./handler.js');
const { Invocations } = require('./invocations.js');
const { Logs } = require('./logs.js');

const rounds = 20;
const paths = 1000; // enough for V8 to find their resolution hot
const init = {
  handler: 'warm-up.handler',
  taskRoot: path.join(__dirname, 'warm-up'),
  functionName: 'warm-up',
  functionVersion: '1',
  memoryMegabytes: 128,
  logGroup: '',
  logStream: '',
};

async function warmUp() {
  let initialised;
  const ready = new Promise((resolve) => (initialised = resolve));
  const write = (bytes) => {
    if (bytes[4] === toAloft.initOk) initialised();
  };
  const writer = new FrameWriter(write);
  const logs = new Logs(writer);
  const specialise = async () => {
    await loadHandler(init.taskRoot, 'module.handler');
    return loadHandler(init.taskRoot, init.handler);
  };
  const channel = { hold() {}, resume() {} };
  const invocations = new Invocations(new FrameReader(), writer, logs, channel, specialise);

  invocations.receive(...frame(fromAloft.init, Buffer.from(JSON.stringify(init))));
  await ready;
  // The loads leave this nearly hot: V8 would optimize it while a function's modules load, on a thread beside the start.
  for (let count = 0; count < paths; count++) path.resolve(init.taskRoot, './module.js');
  for (let round = 0; round < rounds; round++) {
    invocations.receive(...frame(fromAloft.invoke, invocation(round)));
    logs.values('INFO', ['warm-up %s', { round, list: [round] }]);
    await undefined; // the handler's promise
  }
}

function invocation(round) {
  const fields = Buffer.alloc(36 + 8 + 2 + 2 + 4 + 4);
  fields.write('00000000-0000-0000-0000-000000000000', 'latin1');
  return Buffer.concat([fields, Buffer.from(JSON.stringify({ round, text: 'warm-up' }))]);
}

function frame(type, payload) {
  const bytes = Buffer.allocUnsafe(5 + payload.length);
  bytes.writeUInt32LE(1 + payload.length, 0);
  bytes[4] = type;
  payload.copy(bytes, 5);
  return [bytes, bytes.length];
}

module.exports = { warmUp };
