"""A function whose code changes while it runs (`aloft dev`): its modules are imported again in the same process, and a debugger may be
attached to it."""

import glob
import importlib
import json
import linecache
import os
import struct
import sys
import time

from . import boot, channel as frames
from .errors import RuntimeFailure, answer_of
from .handler import load_handler
from .invocations import Invocations

WAITS, GOES_ON = struct.pack("<I", 1), struct.pack("<I", 2)

NO_DEBUGPY = (
    "There is no debugpy for this Python: add it to the function's package (pip install --target . debugpy), "
    "or install it on the node's machine (apt-get install python3-debugpy)."
)


def serve(channel, logs, init):
    sys.dont_write_bytecode = True  # a second save within the same second would be taken for the first
    init = boot.surround(logs, init)
    code = Code(logs, init)
    debugger = Debugger(channel, init)
    invocations = Invocations(channel, logs, init, debugger.guard(code))
    debugger.open(logs)
    answer(channel, logs, code, frames.INIT_OK)

    while True:
        kind, payload = channel.receive()
        if kind == frames.RELOAD:
            code.forget(json.loads(str(payload, "utf-8")))
            debugger.waits = debugger.port is not None
            answer(channel, logs, code, frames.RELOADED)
        else:
            boot.expect(kind, frames.INVOKE)
            invocations.answer(payload)


def answer(channel, logs, code, kind):
    failure = code.load()
    logs.flush()
    channel.send(kind, failure)


class Code:
    def __init__(self, logs, init):
        self._logs = logs
        self._name = init["handler"]
        self._root = init["taskRoot"].rstrip("/") + "/"
        self.handler = None

    def load(self):
        """Why the code cannot be loaded, as the caller is to see it, or nothing. Then the handler is one that fails with it."""
        try:
            self.handler = load_handler(self._name)
            return b""
        except Exception as error:
            self._logs.failure(error)
            self.handler = failing(error)
            return answer_of(error, "")

    def forget(self, changed):
        """Drops the function's own modules. Those of packages that were installed beside them stay, unless they have changed."""
        touched = {path.split("/")[0].partition(".")[0] for path in changed}
        stays = self._installed() - touched
        for name, module in list(sys.modules.items()):
            if name.partition(".")[0] not in stays and self._is_own(module):
                del sys.modules[name]
        importlib.invalidate_caches()
        linecache.clearcache()

    def _is_own(self, module):
        file = getattr(module, "__file__", None)
        places = [file] if file else list(getattr(module, "__path__", ()))
        return any(str(place).startswith(self._root) for place in places)

    def _installed(self):
        """The top-level names that pip has put into the function's folder: it says so in the RECORD of each package."""
        names = set()
        for record in glob.glob(glob.escape(self._root) + "*.dist-info/RECORD"):
            with open(record, encoding="utf-8") as lines:
                names.update(line.split("/")[0].split(",")[0].partition(".")[0] for line in lines)
        return names


def failing(error):
    trace = error.__traceback__

    def handler(event, context):
        raise error.with_traceback(trace)

    return handler


class Debugger:
    def __init__(self, channel, init):
        self._channel = channel
        self._timeout = init["timeoutMilliseconds"]
        self.port = init["development"].get("inspectPort")
        self.waits = self.port is not None  # the next invocation, for a debugger
        self._debugpy = None
        self._failure = ""

    def open(self, logs):
        if self.port is None:
            return
        try:
            import debugpy

            debugpy.listen(("127.0.0.1", self.port))
            self._debugpy = debugpy
        except ModuleNotFoundError as error:
            self._failure = NO_DEBUGPY if error.name == "debugpy" else f"debugpy cannot be used: {error}"
            logs.text(self._failure)
        except Exception as error:  # it has many ways to fail
            self._failure = f"debugpy cannot be used: {type(error).__name__}: {error}"
            logs.text(self._failure)

    def guard(self, code):
        def handler(event, context):
            if self.port is not None:
                self._wait(context)
            return code.handler(event, context)

        return handler

    def _wait(self, context):
        if self._debugpy is None:
            raise RuntimeFailure("NoDebugger", self._failure)
        if self.waits and not self._debugpy.is_client_connected():
            self._channel.send(frames.DEBUGGING, WAITS)
            self._debugpy.wait_for_client()
            self._channel.send(frames.DEBUGGING, GOES_ON)
        self.waits = False
        context._epoch_deadline_time_in_ms = time.time_ns() // 1_000_000 + self._timeout
