'use strict';

// Answers INVOKE frames, one at a time and in their order.

const { createContext } = require('./context.js');
const { answerOf, runtimeError, textOf } = require('./errors.js');
const { fromAloft, toAloft } = require('./frames.js');
const { failure } = require('./handler.js');
const { ResponseStream, StreamOutput, highWaterMarkOf, isStreaming } = require('./streaming.js');
const { trace } = require('./trace.js');

const { setImmediate } = globalThis; // what user code may put in its place does not reach us

const pauseReadingAt = 1024 * 1024; // bytes that wait for the running invocation to end

class Invocations {
  /**
   * @param reader FrameReader
   * @param writer FrameWriter
   * @param logs Logs
   * @param channel {hold, resume}
   * @param specialise `async (init) => handler`
   */
  constructor(reader, writer, logs, channel, specialise) {
    this.reader = reader;
    this.writer = writer;
    this.logs = logs;
    this.channel = channel;
    this.specialise = specialise;
    this.development = undefined; // Development, for a function whose code changes while it runs
    this.init = undefined;
    this.handler = undefined;
    this.running = undefined; // the invocation that is not answered yet
    this.initialising = false;
    this.pumping = false;
    this.sentAhead = false; // the frames that are read now were there before the last answer
  }

  /** Takes bytes from the channel. False when no more should come until `resume`. */
  receive(chunk, length) {
    this.reader.push(chunk, length);
    this.pump();
    if (this.busy) this.hear();
    this.reader.release();
    return this.reader.waiting < pauseReadingAt || !this.busy;
  }

  get busy() {
    return this.initialising || this.running !== undefined;
  }

  /** What concerns the running invocation, and those that were sent ahead of it and are wanted back. */
  hear() {
    const output = this.running?.output;
    const granted = output === undefined ? 0 : this.reader.granted();
    if (granted > 0) output.grant(granted);
    const count = this.reader.recalled();
    if (count >= 0) this.writer.number(toAloft.givenBack, count);
    if (this.development?.inspects) for (let state; (state = this.reader.debugger()) >= 0; ) this.development.heard(state === 1);
  }

  pump() {
    if (this.pumping) return; // an invocation ended within `pump`: its loop goes on
    this.pumping = true;
    try {
      let type;
      while (!this.busy && (type = this.reader.next()) !== 0) {
        if (type === fromAloft.invoke) this.invoke();
        else if (type === fromAloft.grant || type === fromAloft.heard) continue; // of a stream that has ended
        else if (type === fromAloft.recall) this.writer.number(toAloft.givenBack, 0);
        else if (type === fromAloft.init) this.initialise();
        else if (type === fromAloft.reload) this.reload();
        else if (type === fromAloft.debugger) this.development.heard(this.reader.bytes[this.reader.payload] === 1);
        else throw new Error(`A frame of the unknown type ${type} came over the channel.`);
      }
    } finally {
      this.pumping = false;
    }
  }

  async initialise() {
    const { bytes, payload, payloadEnd } = this.reader;
    this.init = JSON.parse(bytes.utf8Slice(payload, payloadEnd));
    await this.load(() => this.specialise(this.init), toAloft.initOk);
  }

  /** The function's files have changed. */
  async reload() {
    const { bytes, payload, payloadEnd } = this.reader;
    const changed = JSON.parse(bytes.utf8Slice(payload, payloadEnd));
    await this.load(() => this.development.reload(changed), toAloft.reloaded);
  }

  async load(loading, done) {
    this.initialising = true;
    this.channel.hold(false); // so that an idle process is noticed: `idle`
    try {
      this.handler = await loading();
      await new Promise(setImmediate); // a promise that the code has rejected and does not handle is told of before
    } catch (error) {
      this.abort('Uncaught Exception', error, 1);
      return;
    }
    this.logs.flush();
    this.initialising = false;
    this.channel.hold(true);
    this.writer.text(done, this.handler[failure] ?? '');
    this.next();
  }

  invoke() {
    const invocation = this.parse();
    if (this.development?.holds === true) {
      this.running = invocation;
      this.development.hold(() => this.begin(invocation));
    } else {
      this.begin(invocation);
    }
  }

  begin(invocation) {
    // What was sent ahead has its time from when it begins.
    if (this.sentAhead || this.development !== undefined) {
      invocation.deadline = Math.max(invocation.deadline, Date.now() + this.init.timeoutMilliseconds);
      this.development?.begins();
    }
    this.running = invocation;
    this.logs.requestId = invocation.id;
    trace(invocation.traceId);

    let result;
    try {
      const event = invocation.event === '' ? {} : JSON.parse(invocation.event);
      invocation.event = ''; // its text is not kept while the handler runs
      const end = (error, value) => this.end(invocation, error, value);
      const context = createContext(this.init, invocation, end);
      const callback = (error, value) => {
        const waits = context.callbackWaitsForEmptyEventLoop && (error === undefined || error === null); // an error never does
        if (waits) invocation.result ??= { value };
        else end(error, value);
      };
      result = isStreaming(this.handler) ? this.stream(invocation, event, context) : this.handler(event, context, callback);
    } catch (error) {
      this.fail(invocation, error);
      return;
    }

    if (invocation.output !== undefined) {
      invocation.promised = true; // by the stream: it must be ended
    } else if (typeof result?.then === 'function') {
      invocation.promised = true;
      result.then(
        (value) => this.succeed(invocation, value),
        (error) => this.fail(invocation, error ?? 'handled'),
      );
    }
    if (this.running === invocation) this.channel.hold(invocation.output?.waiting !== undefined);
  }

  /** The invocation ends when its stream does and its handler has. */
  stream(invocation, event, context) {
    const over = () => this.running !== invocation;
    invocation.output = new StreamOutput(this.writer, this.channel, over);
    const stream = new ResponseStream(invocation.output, highWaterMarkOf(this.handler));
    const returned = this.handler(event, stream, context);
    if (typeof returned?.then !== 'function') {
      throw runtimeError('MalformedStreamingHandler', 'Streaming does not support non-async handlers.');
    }
    const finished = new Promise((done, failed) => stream.on('finish', done).on('error', failed));
    Promise.all([finished, returned]).then(
      () => this.succeed(invocation, undefined),
      (error) => {
        this.fail(invocation, error);
        stream.destroy();
      },
    );
  }

  parse() {
    const { bytes, payload, payloadEnd } = this.reader;
    let at = payload + 44;
    const text = (sizeOfLength) => {
      const length = sizeOfLength === 2 ? bytes.readUInt16LE(at) : bytes.readUInt32LE(at);
      at += sizeOfLength + length;
      return length === 0 ? '' : bytes.utf8Slice(at - length, at);
    };
    const functionArn = text(2);
    const traceId = text(2);
    const clientContext = text(4);
    const identity = text(4);
    return {
      id: bytes.latin1Slice(payload, payload + 36),
      deadline: bytes.readUInt32LE(payload + 36) + bytes.readInt32LE(payload + 40) * 0x100000000,
      functionArn,
      traceId,
      clientContext: clientContext === '' ? undefined : JSON.parse(clientContext),
      identity: identity === '' ? undefined : JSON.parse(identity),
      event: bytes.utf8Slice(at, payloadEnd),
      promised: false, // the handler returned a promise
      result: undefined, // of the callback, until the event loop is empty
      output: undefined, // of a streaming handler
    };
  }

  /** The event loop is empty: nothing can happen any more that would load the function, or end the running invocation. */
  idle() {
    if (this.initialising && !this.development?.giveUp(neverSettled())) this.abort('Uncaught Exception', neverSettled(), 1);
    const invocation = this.running;
    if (invocation === undefined) return;
    if (invocation.result !== undefined) this.succeed(invocation, invocation.result.value);
    else if (invocation.promised) this.fail(invocation, neverSettled());
    else this.succeed(invocation, null);
  }

  end(invocation, error, result) {
    if (error === undefined || error === null) this.succeed(invocation, result);
    else this.fail(invocation, error);
  }

  succeed(invocation, result) {
    if (this.running !== invocation) return; // it was answered before
    let text;
    try {
      text = JSON.stringify(result) ?? 'null';
    } catch {
      this.fail(invocation, new Error('Unable to stringify response body'));
      return;
    }
    this.logs.flush();
    if (this.writer.text(toAloft.response, text)) this.answered();
    else this.fail(invocation, tooLarge());
  }

  fail(invocation, error) {
    if (this.running !== invocation) return;
    this.logs.failure('Invoke Error', error);
    this.writer.text(toAloft.error, JSON.stringify(answerOf(error)));
    this.answered();
  }

  answered() {
    this.running = undefined;
    this.channel.hold(true);
    this.next();
  }

  next() {
    this.sentAhead = true;
    this.pump();
    this.sentAhead = false;
    this.channel.resume();
  }

  uncaught(error) {
    this.abort('Uncaught Exception', error, 129);
  }

  unhandled(reason) {
    const error = runtimeError('UnhandledPromiseRejection', textOf(reason), reason);
    error.reason = reason;
    this.abort('Unhandled Promise Rejection', error, 128);
  }

  /** Tells the cause to whom it concerns, and ends the process. */
  abort(title, error, status) {
    this.logs.failure(title, error);
    if (this.busy) this.writer.text(this.initialising ? toAloft.initError : toAloft.fatal, JSON.stringify(answerOf(error)));
    process.exit(status);
  }
}

function neverSettled() {
  return runtimeError(
    'NodeJsExit',
    'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was ' +
      'never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
  );
}

function tooLarge() {
  const error = new Error('Response payload size exceeded maximum allowed payload size (6291556 bytes).');
  error.name = 'Function.ResponseSizeTooLarge';
  return error;
}

module.exports = { Invocations };
