"""Frames over the stream socket to Aloft (../../CHANNEL.md)."""

import os
import struct
import sys
import _socket  # the `socket` module costs 5 ms and nothing of it is needed
import _thread

INIT, INVOKE, RELOAD = 1, 2, 5
READY, INIT_OK, INIT_ERROR, RESPONSE, ERROR, LOG, RELOADED, DEBUGGING, LEAVING = 1, 2, 3, 4, 5, 6, 11, 12, 13

MAX_FRAME = 64 * 1024 * 1024
READ_SIZE = 64 * 1024

_header = struct.Struct("<IB")
_log_header = struct.Struct("<IBq")
_leaving = struct.Struct("<iB")


class ChannelClosed(Exception):
    """Aloft has gone: there is nobody left to work for."""


class FrameTooLarge(Exception):
    pass


def connect():
    """Connects as the environment says, and takes what it says out of it."""
    fd = os.environ.pop("ALOFT_CHANNEL_FD", None)
    port = os.environ.pop("ALOFT_CHANNEL_PORT", None)
    if fd is not None:
        sock = _socket.socket(fileno=int(fd))
        os.set_inheritable(int(fd), False)
        sock.setblocking(True)
    else:
        sock = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        sock.connect(("127.0.0.1", int(port)))
        sock.setsockopt(_socket.IPPROTO_TCP, _socket.TCP_NODELAY, 1)
    return Channel(sock)


class Channel:
    """Reads from one thread; writes from any. Writing waits for Aloft where the socket is full, so nobody logs faster than is read."""

    def __init__(self, sock):
        self._sock = sock
        self._lock = _thread.allocate_lock()
        self._buffer = bytearray(READ_SIZE)
        self._start = 0
        self._end = 0

    def receive(self):
        """The next frame's type and payload. The payload is valid until the next call."""
        self._need(5)
        length, kind = _header.unpack_from(self._buffer, self._start)
        if not 1 <= length <= MAX_FRAME:
            raise ValueError(f"A frame of {length} bytes came over the channel.")
        self._need(4 + length)
        start = self._start + 5
        self._start += 4 + length
        return kind, memoryview(self._buffer)[start : self._start]

    def _need(self, size):
        if self._end - self._start >= size:
            return
        waiting = self._end - self._start
        if self._start + size > len(self._buffer) or waiting == 0:
            # A new buffer where the old one does not do: payloads that somebody holds stay as they are.
            room = max(size, READ_SIZE)
            target = self._buffer if room == len(self._buffer) else bytearray(room)
            target[:waiting] = self._buffer[self._start : self._end]
            self._buffer, self._start, self._end = target, 0, waiting
        while self._end - self._start < size:
            try:
                count = self._sock.recv_into(memoryview(self._buffer)[self._end :])
            except ConnectionError:
                count = 0
            if count == 0:
                raise ChannelClosed
            self._end += count

    def send(self, kind, payload=b""):
        if len(payload) >= MAX_FRAME:
            raise FrameTooLarge
        self._send_all(_header.pack(1 + len(payload), kind) + payload)

    def leave(self, status):
        """The process exits with this status in the midst of what it runs."""
        self.send(LEAVING, _leaving.pack(status & 255, 1))

    def log(self, milliseconds, payload):
        self._send_all(_log_header.pack(9 + len(payload), LOG, milliseconds) + payload)

    def _send_all(self, data):
        with self._lock:
            try:
                self._sock.sendall(data)
            except ConnectionError:
                os._exit(0)


class ForkedChannel:
    """In a child that the function forks: what it logs goes to the sandbox's own standard output, not between the parent's frames."""

    def log(self, milliseconds, payload):
        os.write(1, bytes(payload) + b"\n")

    def leave(self, status):
        """Its end is not the parent's."""

    def send(self, kind, payload=b""):
        sys.exit(1)
