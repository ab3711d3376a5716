'use strict';

// The stream socket to Aloft.

const fs = require('node:fs');
const net = require('node:net');

const { writeSync } = fs; // what user code may do to `fs` later does not reach the channel
const readSize = 64 * 1024;
const retryMilliseconds = 0.05;
const never = new Int32Array(new SharedArrayBuffer(4));

/**
 * Connects as the environment says, and takes what it says out of it.
 * `receive(chunk, length)` gets the bytes that come; the chunk is overwritten after it returns. False stops reading until `resume`.
 */
function connect(receive) {
  const { ALOFT_CHANNEL_FD: fd, ALOFT_CHANNEL_PORT: port } = process.env;
  delete process.env.ALOFT_CHANNEL_FD;
  delete process.env.ALOFT_CHANNEL_PORT;

  const onread = { buffer: Buffer.allocUnsafeSlow(readSize), callback: (length, chunk) => receive(chunk, length) };
  const socket = fd
    ? new net.Socket({ fd: Number(fd), readable: true, writable: true, onread })
    : net.connect({ host: '127.0.0.1', port: Number(port), noDelay: true, onread });
  const end = () => process.exit(0);
  socket.on('end', end).on('close', end);
  socket.on('error', (error) => {
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') end();
    throw error;
  });
  socket.resume();
  return new Promise((connected) => {
    if (fd) connected(new Channel(socket));
    else socket.once('connect', () => connected(new Channel(socket)));
  });
}

class Channel {
  constructor(socket) {
    this.socket = socket;
    this.fd = socket._handle.fd;
  }

  /**
   * Writes straight to the descriptor, at once and whole: a log line is with Aloft before the next statement runs, whatever
   * that does to this process, and an answer costs one system call. Where the socket is full this waits for Aloft, which
   * reads while it writes: so a function cannot log faster than its log is taken.
   */
  write(bytes, length) {
    let written = 0;
    while (written < length) {
      try {
        written += writeSync(this.fd, bytes, written, length - written);
      } catch (error) {
        if (error.code === 'EPIPE' || error.code === 'ECONNRESET') process.exit(0);
        if (error.code !== 'EAGAIN') throw error;
        Atomics.wait(never, 0, 0, retryMilliseconds);
      }
    }
  }

  resume() {
    this.socket.resume();
  }

  /** Whether waiting for frames keeps the process from being idle ('beforeExit'). */
  hold(held) {
    if (held) this.socket.ref();
    else this.socket.unref();
  }
}

module.exports = { connect };
