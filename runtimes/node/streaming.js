'use strict';

// Answers that are written piece by piece: `awslambda.streamifyResponse` and what its handlers write to.
// https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html

const { Writable } = require('node:stream');
const { runtimeError } = require('./errors.js');
const { largestPiece, toAloft } = require('./frames.js');

const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');
const httpIntegration = 'application/vnd.awslambda.http-integration-response';
const preludeEnd = Buffer.alloc(8);
const windowSize = 256 * 1024; // ../CHANNEL.md

/** What a streaming handler gets as its second argument. */
class ResponseStream extends Writable {
  /**
   * @param output StreamOutput
   * @param highWaterMark bytes that are written before a writer is told to wait; undefined for Node's own choice
   */
  constructor(output, highWaterMark) {
    super({ decodeStrings: true, highWaterMark });
    this.output = output;
    this.contentType = 'application/octet-stream';
    this.prelude = undefined;
  }

  /** What is neither text nor bytes is written as JSON. */
  write(chunk, ...rest) {
    return super.write(typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk), ...rest);
  }

  setContentType(contentType) {
    if (this.output.begun) throw runtimeError('InvalidStreamingOperation', 'Cannot set content-type, too late.');
    this.contentType = contentType;
  }

  _write(chunk, _encoding, done) {
    this.output.write(this.begin(chunk), done);
  }

  _final(done) {
    if (this.output.begun) done();
    else this.output.write(this.begin(preludeEnd.subarray(0, 0)), done);
  }

  begin(chunk) {
    if (this.output.begun) return chunk;
    this.output.begin(this.contentType);
    return this.prelude === undefined ? chunk : Buffer.concat([this.prelude, preludeEnd, chunk]);
  }
}

/** The stream's way to the channel, as fast as its reader takes it. */
class StreamOutput {
  /**
   * @param writer FrameWriter
   * @param channel {hold}: while the reader is awaited, the process is not idle
   * @param isOver whether the invocation has ended; what is written later goes nowhere
   */
  constructor(writer, channel, isOver) {
    this.writer = writer;
    this.channel = channel;
    this.isOver = isOver;
    this.begun = false;
    this.window = windowSize;
    this.waiting = undefined; // {chunk, at, done}
  }

  begin(contentType) {
    this.begun = true;
    if (!this.isOver()) this.writer.text(toAloft.streamBegin, contentType);
  }

  write(chunk, done) {
    this.waiting = { chunk, at: 0, done };
    this.proceed();
  }

  grant(bytes) {
    this.window += bytes;
    if (this.waiting === undefined) return;
    this.channel.hold(false);
    this.proceed();
  }

  proceed() {
    const { waiting } = this;
    const { chunk, done } = waiting;
    while (waiting.at < chunk.length && this.window > 0 && !this.isOver()) {
      const end = Math.min(chunk.length, waiting.at + largestPiece, waiting.at + this.window);
      this.writer.piece(toAloft.streamPiece, chunk, waiting.at, end);
      this.window -= end - waiting.at;
      waiting.at = end;
    }
    if (waiting.at < chunk.length && !this.isOver()) {
      this.channel.hold(true);
      return;
    }
    this.waiting = undefined;
    done();
  }
}

/** The global that AWS's runtime has. */
const awslambda = {
  streamifyResponse(handler, options) {
    handler[streaming] = 'response';
    if (options?.highWaterMark !== undefined) handler[highWaterMark] = parseInt(options.highWaterMark, 10);
    return handler;
  },
  HttpResponseStream: class HttpResponseStream {
    static from(stream, prelude) {
      stream.setContentType(httpIntegration);
      stream.prelude = Buffer.from(JSON.stringify(prelude));
      return stream;
    }
  },
};

const isStreaming = (handler) => handler[streaming] === 'response';

const highWaterMarkOf = (handler) => handler[highWaterMark];

module.exports = { ResponseStream, StreamOutput, awslambda, highWaterMarkOf, isStreaming };
