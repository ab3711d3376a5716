"""print, the standard streams and `logging` as log events.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import io
import json
import logging
import sys
import time

from .errors import details_of, log_text_of, stack_of

LONGEST_EVENT = 256 * 1024 - 26  # bytes; what is longer becomes several events. CloudWatch counts 26 for each


class Logs:
    def __init__(self, channel):
        self.channel = channel
        self.request_id = ""
        self._streams = []
        self._json = False
        self._handler = None

    def event(self, payload):
        """One event. Several lines stay one."""
        if payload.endswith(b"\n"):
            payload = payload[:-1]
        now = time.time_ns() // 1_000_000
        for start in range(0, len(payload) or 1, LONGEST_EVENT):
            self.channel.log(now, payload[start : start + LONGEST_EVENT])

    def text(self, text):
        self.flush()
        self.event(text.encode("utf-8", "backslashreplace"))

    def failure(self, error):
        """An error that ended what the runtime ran."""
        if not self._json:
            self.text(log_text_of(error))
            return
        kind, message, stack = details_of(error)
        self.text(as_json({
            "timestamp": time_text(time.time()), "level": "ERROR", "requestId": self.request_id,
            "errorType": kind, "errorMessage": message, "stackTrace": stack,
        }))

    def configure(self, environment):
        """Follows the function's LoggingConfig, which these variables tell."""
        self._json = environment.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
        if self._json:
            self._handler.setFormatter(JsonFormatter())
            logging.getLogger().setLevel(LEVELS.get(environment.get("AWS_LAMBDA_LOG_LEVEL"), logging.INFO))

    def flush(self, but=None):
        """Sends what was written to the standard streams without a line feed yet."""
        for stream in self._streams:
            if stream is not but:
                stream.flush()

    def capture(self):
        sys.stdout = self._stream(1)
        sys.stderr = self._stream(2)
        handler = self._handler = LogHandler(self)
        handler.setFormatter(logging.Formatter(LINE, "%Y-%m-%dT%H:%M:%S"))
        handler.formatter.converter = time.gmtime
        handler.addFilter(handler.stamp)
        logging.getLogger().addHandler(handler)

    def _stream(self, fd):
        raw = LogStream(self, fd)
        self._streams.append(raw)
        # write_through: every write reaches `raw` at once, which knows where an event ends.
        return io.TextIOWrapper(raw, encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)


LINE = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"


LEVELS = {
    "TRACE": logging.NOTSET,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
}


def as_json(value):
    return json.dumps(value, ensure_ascii=False, default=str)


def time_text(seconds):
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(seconds))}.{int(seconds * 1000) % 1000:03}Z"


class JsonFormatter(logging.Formatter):
    """A record as AWS's JSON, with what `extra` gave it."""

    usual = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}

    levels = ("NOTSET", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")

    def format(self, record):
        said = {
            "timestamp": time_text(record.created),
            "level": self.levels[max(0, min(record.levelno, 50)) // 10],
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": record.aws_request_id,
        }
        said.update((name, value) for name, value in vars(record).items() if name not in self.usual and name not in said)
        if record.exc_info and record.exc_info[1] is not None:
            kind, message, _ = details_of(record.exc_info[1])
            said.update(errorType=kind, errorMessage=message, stackTrace=stack_of(record.exc_info[1]))
            said["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        return as_json(said)


class LogHandler(logging.Handler):
    """The handler that the root logger has before the function's code runs, as in AWS."""

    def __init__(self, logs):
        super().__init__()
        self._logs = logs

    def stamp(self, record):
        record.aws_request_id = self._logs.request_id
        return True

    def emit(self, record):
        self._logs.text(self.format(record))


class LogStream(io.RawIOBase):
    """What is written, up to a write that ends a line, is one event: so is one `print` of several lines."""

    def __init__(self, logs, fd):
        super().__init__()
        self._logs = logs
        self._fd = fd
        self._pending = bytearray()
        self.mode = "wb"
        self.name = {1: "<stdout>", 2: "<stderr>"}[fd]

    def writable(self):
        return True

    def fileno(self):
        return self._fd

    def write(self, data):
        self._logs.flush(but=self)  # in the order of writing
        self._pending += data
        if self._pending.endswith(b"\n") or len(self._pending) > LONGEST_EVENT:
            self.flush()
        return len(data)

    def flush(self):
        if self._pending:
            pending, self._pending = self._pending, bytearray()
            self._logs.event(pending)

    def close(self):
        self.flush()  # as a descriptor of the process, it stays
