"""From the start of the process to its end."""

import json
import os
import platform  # noqa: F401  for nobody here: what functions and their libraries import first is loaded before there is a function
import datetime  # noqa: F401
import re  # noqa: F401
import sys

from . import channel as frames
from .context import LambdaContext
from .errors import answer_of, stack_of
from .handler import load_handler, set_paths
from .invocations import Invocation, Invocations, encode
from .logs import Logs


def run():
    channel = frames.connect()
    logs = Logs(channel)
    logs.capture()
    os.register_at_fork(after_in_child=lambda: setattr(logs, "channel", frames.ForkedChannel()))
    warm_up(logs)
    try:
        serve(channel, logs)
    except frames.ChannelClosed:
        os._exit(0)
    except SystemExit as end:
        logs.flush()
        if isinstance(end.code, int):
            logs.channel.leave(end.code)
        raise
    except BaseException as error:
        logs.failure(error)
        logs.flush()
        os._exit(1)


def serve(channel, logs):
    version = ".".join(map(str, sys.version_info[:3]))
    channel.send(frames.READY, json.dumps({"version": version}).encode())

    kind, payload = channel.receive()
    expect(kind, frames.INIT)
    init = json.loads(str(payload, "utf-8"))
    if "development" in init:
        from . import development  # for the few that need it

        return development.serve(channel, logs, init)
    invocations = initialise(channel, logs, init)
    logs.flush()
    channel.send(frames.INIT_OK)

    while True:
        kind, payload = channel.receive()
        expect(kind, frames.INVOKE)
        invocations.answer(payload)


def initialise(channel, logs, init):
    init = surround(logs, init)
    try:
        handler = load_handler(init["handler"])
    except Exception as error:
        logs.failure(error)
        channel.send(frames.INIT_ERROR, answer_of(error, ""))
        os._exit(1)
    return Invocations(channel, logs, init, handler)


def surround(logs, init):
    if init.get("wrapped"):  # a wrapper has been given the environment, and may have changed it, the handler too
        init = {**init, "environment": dict(os.environ), "handler": os.environ.get("_HANDLER", "")}
    environment = init["environment"]
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(init["taskRoot"])
    logs.configure(environment)
    set_paths(init["taskRoot"], environment)
    return init


def expect(kind, expected):
    if kind != expected:
        raise ValueError(f"A frame of type {kind} came over the channel, not of {expected}.")


def warm_up(logs):
    """Does once, for nobody, what a first invocation will do."""
    payload = b"0" * 36 + bytes(8 + 2 + 2 + 4 + 4) + b'{"text": "warm-up"}'
    invocation = Invocation(memoryview(payload))
    init = dict.fromkeys(("logGroup", "logStream", "functionName", "functionVersion", "memoryMegabytes"), "")
    context = LambdaContext(init, invocation, logs)
    encode({"event": json.loads(invocation.event), "left": context.get_remaining_time_in_millis()})
    try:
        raise ValueError("warm-up")
    except ValueError as error:
        stack_of(error)
