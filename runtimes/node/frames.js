'use strict';

// Frames of the channel (../CHANNEL.md), read from and written to plain buffers.

const fromAloft = { init: 1, invoke: 2, recall: 3, grant: 4, reload: 5, debugger: 6, heard: 255 };
const toAloft = {
  ready: 1, initOk: 2, initError: 3, response: 4, error: 5, log: 6, fatal: 7, givenBack: 8, streamBegin: 9, streamPiece: 10,
  reloaded: 11, debugging: 12, leaving: 13,
};

const lengthSize = 4;
const headerSize = 5; // length and type
const maxFrame = 64 * 1024 * 1024;
const keptStorage = 1024 * 1024;
const largestPiece = 32 * 1024;
const noBytes = Buffer.alloc(0);

/**
 * Takes bytes as they come and gives whole frames. Bytes are read in place where they arrived, and copied only when
 * they must outlive the buffer that they arrived in (`release`).
 */
class FrameReader {
  constructor() {
    this.bytes = noBytes; // frames are read from here, between these two
    this.start = 0;
    this.end = 0;
    this.storage = noBytes; // this reader's own memory
    this.payload = 0; // of the frame that `next` found, in `bytes`
    this.payloadEnd = 0;
  }

  get waiting() {
    return this.end - this.start;
  }

  push(chunk, length) {
    if (this.start === this.end) {
      this.bytes = chunk;
      this.start = 0;
      this.end = length;
      return;
    }
    this.reserve(this.waiting + length);
    chunk.copy(this.storage, this.end, 0, length);
    this.end += length;
  }

  /** The type of the next whole frame, with its payload in `bytes` from `payload` to `payloadEnd`; or 0. */
  next() {
    const waiting = this.waiting;
    if (waiting < headerSize) return 0;
    const length = this.bytes.readUInt32LE(this.start);
    if (length < 1 || length > maxFrame) throw new Error(`A frame of ${length} bytes came over the channel.`);
    if (waiting < lengthSize + length) return 0;
    this.payload = this.start + headerSize;
    this.payloadEnd = this.start + lengthSize + length;
    this.start = this.payloadEnd;
    return this.bytes[this.payload - 1];
  }

  /**
   * Looks for a RECALL among the frames that wait. It is the last of them: all up to it are forgotten, and their number is
   * returned; -1 when there is none.
   */
  recalled() {
    let invocations = 0;
    for (let at = this.start; this.end - at >= headerSize; at += lengthSize + this.bytes.readUInt32LE(at)) {
      const type = this.bytes[at + lengthSize];
      if (type === fromAloft.invoke) invocations++;
      if (type !== fromAloft.recall) continue;
      this.start = at + headerSize;
      return invocations;
    }
    return -1;
  }

  /** The sum of the GRANTs among the frames that wait. They are left where they are, as heard. */
  granted() {
    let bytes = 0;
    for (let at = this.start; this.end - at >= headerSize + 4; at += lengthSize + this.bytes.readUInt32LE(at)) {
      if (this.bytes[at + lengthSize] !== fromAloft.grant) continue;
      bytes += this.bytes.readUInt32LE(at + headerSize);
      this.bytes[at + lengthSize] = fromAloft.heard;
    }
    return bytes;
  }

  /** The byte that the first of the DEBUGGER frames that wait holds, or -1. The frame is left where it is, as heard. */
  debugger() {
    for (let at = this.start; this.end - at > headerSize; at += lengthSize + this.bytes.readUInt32LE(at)) {
      if (this.bytes[at + lengthSize] !== fromAloft.debugger) continue;
      this.bytes[at + lengthSize] = fromAloft.heard;
      return this.bytes[at + headerSize];
    }
    return -1;
  }

  /** Keeps what has not been read: after this the chunk of the last `push` may be overwritten. */
  release() {
    if (this.start < this.end) {
      if (this.bytes !== this.storage) this.reserve(this.waiting);
      return;
    }
    if (this.storage.length > keptStorage) this.storage = noBytes;
    this.bytes = this.storage;
    this.start = this.end = 0;
  }

  /** Moves what waits to the front of `storage`, which then holds at least `size` bytes, and the whole of a frame that has begun. */
  reserve(size) {
    const { bytes, start, end } = this;
    const begun = end - start >= lengthSize ? lengthSize + Math.min(bytes.readUInt32LE(start), maxFrame) : 0;
    const needed = Math.max(size, begun);
    const inPlace = bytes === this.storage;
    if (inPlace && start + needed <= bytes.length) return;
    if (this.storage.length < needed) {
      const room = inPlace && size > this.storage.length ? Math.max(needed, 2 * this.storage.length) : needed;
      this.storage = Buffer.allocUnsafeSlow(Math.max(room, 4096));
    }
    bytes.copy(this.storage, 0, start, end);
    this.bytes = this.storage;
    this.end = end - start;
    this.start = 0;
  }
}

/** Builds frames and hands each to `write(buffer, length)`, which must have used the bytes when it returns. */
class FrameWriter {
  constructor(write) {
    this.write = write;
    this.scratch = Buffer.allocUnsafeSlow(64 * 1024);
  }

  /** A frame of text. False, and nothing is written, when it is larger than a frame may be. */
  text(type, text) {
    return this.frame(type, headerSize, text);
  }

  /** One log event. */
  log(timestamp, text) {
    this.scratch.writeUInt32LE(timestamp % 0x100000000, headerSize);
    this.scratch.writeUInt32LE(Math.floor(timestamp / 0x100000000), headerSize + 4);
    return this.frame(toAloft.log, headerSize + 8, text);
  }

  /** A frame that holds one number. */
  number(type, value) {
    this.scratch.writeUInt32LE(headerSize, 0);
    this.scratch[lengthSize] = type;
    this.scratch.writeUInt32LE(value, headerSize);
    this.write(this.scratch, headerSize + 4);
  }

  /** The last frame. */
  leaving(status, busy) {
    this.scratch.writeUInt32LE(headerSize + 1, 0);
    this.scratch[lengthSize] = toAloft.leaving;
    this.scratch.writeInt32LE(status & 255, headerSize); // as much as the kernel keeps of it
    this.scratch[headerSize + 4] = busy ? 1 : 0;
    this.write(this.scratch, headerSize + 5);
  }

  /** Bytes of a buffer, as one frame; at most `largestPiece` of them. */
  piece(type, bytes, start, end) {
    bytes.copy(this.scratch, headerSize, start, end);
    this.scratch.writeUInt32LE(1 + end - start, 0);
    this.scratch[lengthSize] = type;
    this.write(this.scratch, headerSize + end - start);
  }

  frame(type, textAt, text) {
    let frame = this.scratch;
    let end;
    if (textAt + text.length * 3 <= frame.length) {
      end = textAt + frame.utf8Write(text, textAt);
    } else {
      end = textAt + Buffer.byteLength(text);
      if (end - lengthSize > maxFrame) return false;
      frame = Buffer.allocUnsafeSlow(end);
      this.scratch.copy(frame, headerSize, headerSize, textAt);
      frame.utf8Write(text, textAt);
    }
    frame.writeUInt32LE(end - lengthSize, 0);
    frame[lengthSize] = type;
    this.write(frame, end);
    return true;
  }
}

module.exports = { FrameReader, FrameWriter, fromAloft, largestPiece, toAloft };
