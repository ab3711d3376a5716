'use strict';

// Boots a Node process that stands by for a function. What passes between it and Aloft: ../CHANNEL.md.

const { fitHeap, forgetStartFlags } = require('./heap.js');
forgetStartFlags(); // first: what is loaded after it loads faster

const { connect } = require('./channel.js');
const { applyNodeOptions, replaceEnvironment } = require('./environment.js');
const { FrameReader, FrameWriter, toAloft } = require('./frames.js');
const { loadHandler } = require('./handler.js');
const { Invocations } = require('./invocations.js');
const { Logs } = require('./logs.js');
const { awslambda } = require('./streaming.js');
const { showTrace } = require('./trace.js');
const { warmUp } = require('./warm-up.js');

async function main() {
  let invocations;
  const bootOptions = process.env.NODE_OPTIONS;
  const channel = await connect((chunk, length) => invocations.receive(chunk, length));
  const writer = new FrameWriter((bytes, length) => channel.write(bytes, length));
  const logs = new Logs(writer);

  const specialise = async (init) => {
    // A wrapper has been given the environment, and may have changed it, the handler too.
    if (init.wrapped) Object.assign(init, { environment: { ...process.env }, handler: process.env._HANDLER });
    replaceEnvironment(init.environment);
    showTrace();
    logs.configure(init.environment);
    process.chdir(init.taskRoot);
    const { NODE_OPTIONS: options } = init.environment;
    if (options && options !== bootOptions) {
      const refused = await applyNodeOptions(options, (name) => import(name));
      if (refused.length > 0) logs.values('WARN', [`NODE_OPTIONS: not honoured: ${refused.join(' ')}`]);
    }
    if (init.development) invocations.development = await develop(init, writer, logs);
    const handler = invocations.development ? await invocations.development.load() : await loadHandler(init.taskRoot, init.handler);
    fitHeap(init.memoryMegabytes);
    return handler;
  };

  invocations = new Invocations(new FrameReader(), writer, logs, channel, specialise);
  await warmUp();
  logs.capture();
  globalThis.awslambda = awslambda;
  process.on('uncaughtException', (error) => invocations.uncaught(error));
  process.on('unhandledRejection', (reason) => invocations.unhandled(reason));
  process.on('beforeExit', () => invocations.idle());
  process.on('exit', (status) => {
    logs.flush();
    writer.leaving(status, invocations.busy);
  });
  writer.text(toAloft.ready, JSON.stringify({ version: process.version }));
}

/** Its modules are loaded only where they are needed. */
async function develop(init, writer, logs) {
  const { Development } = require('./development.js');
  const development = new Development(init, writer, logs);
  await development.open();
  return development;
}

main();
