"""Answers INVOKE frames, one at a time and in their order."""

import json
import os
import re
import struct
import sys

from . import channel as frames
from .context import LambdaContext
from .errors import RuntimeFailure, answer_of

_head = struct.Struct("<36sq")
_u16 = struct.Struct("<H")
_u32 = struct.Struct("<I")

TRACE_ID = b"_X_AMZN_TRACE_ID"


class Invocation:
    __slots__ = ("request_id", "deadline", "function_arn", "trace_id", "client_context", "identity", "event")

    def __init__(self, payload):
        request_id, self.deadline = _head.unpack_from(payload)
        self.request_id = str(request_id, "ascii")
        at = _head.size
        self.function_arn, at = _text(payload, at, _u16)
        self.trace_id, at = _text(payload, at, _u16)
        self.client_context, at = _text(payload, at, _u32)
        self.identity, at = _text(payload, at, _u32)
        self.event = str(payload[at:], "utf-8")


def _text(payload, at, size):
    (length,) = size.unpack_from(payload, at)
    at += size.size
    return (str(payload[at : at + length], "utf-8") if length else ""), at + length


class Invocations:
    def __init__(self, channel, logs, init, handler):
        self._channel = channel
        self._logs = logs
        self._init = init
        self._handler = handler

    def answer(self, payload):
        invocation = Invocation(payload)
        request_id = self._logs.request_id = invocation.request_id
        self._trace(invocation.trace_id)
        try:
            answer = self._run(invocation)
            self._logs.flush()
            self._channel.send(frames.RESPONSE, answer)
        except frames.FrameTooLarge:
            self._fail(TOO_LARGE, request_id)
        except Exception as error:
            self._fail(error, request_id)

    def _run(self, invocation):
        try:
            event = json.loads(invocation.event) if invocation.event else {}
        except ValueError as error:
            raise RuntimeFailure("UnmarshalError", f"Unable to unmarshal input: {error}") from error
        result = self._handler(event, LambdaContext(self._init, invocation, self._logs))
        if isinstance(result, bytes):
            return result
        try:
            return encode(result)
        except Exception as error:
            raise RuntimeFailure("MarshalError", f"Unable to marshal response: {error}") from error

    def _fail(self, error, request_id):
        self._logs.failure(error)
        self._channel.send(frames.ERROR, answer_of(error, request_id))

    def _trace(self, trace_id):
        """X-Ray's header, where the SDKs look for it. Only shown: the C library would keep every value that is really set."""
        if trace_id:
            os.environ._data[TRACE_ID] = trace_id.encode()
        else:
            os.environ._data.pop(TRACE_ID, None)


TOO_LARGE = RuntimeFailure("TooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
TOO_LARGE.type = "Function.ResponseSizeTooLarge"


_exactly = os.urandom(16).hex()  # before a number's digits, as a string: json has no way to write a number as it is
_exact_number = re.compile(f'"{_exactly}([^"]*)"')


def _default(value):
    decimal = sys.modules.get("decimal")  # not imported for those who do without
    if decimal is not None and isinstance(value, decimal.Decimal):
        return float("nan") if value.is_nan() else f"{_exactly}{value}"
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "_asdict"):
        return value._asdict()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_encode = json.JSONEncoder(ensure_ascii=False, default=_default).encode
_encode_ascii = json.JSONEncoder(default=_default).encode


def encode(result):
    try:
        return _numbers(_encode(result)).encode()
    except UnicodeEncodeError:  # half a surrogate pair: only an escape can say it
        return _numbers(_encode_ascii(result)).encode()


def _numbers(text):
    return _exact_number.sub(r"\1", text) if _exactly in text else text
