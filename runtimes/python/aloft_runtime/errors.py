"""Errors as the function's caller and its log are to see them.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import json
import os
import traceback

RUNTIME_FOLDER = os.path.dirname(os.path.abspath(__file__))


class RuntimeFailure(Exception):
    """An error of the runtime: its type is `Runtime.<kind>`."""

    def __init__(self, kind, message, stack=()):
        super().__init__(message)
        self.type = f"Runtime.{kind}"
        self.stack = list(stack)


def answer_of(error, request_id):
    """What the caller gets, as UTF-8 JSON."""
    kind, message, stack = details_of(error)
    answer = {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": stack}
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")


def log_text_of(error):
    kind, message, stack = details_of(error)
    return "\n".join([f"[ERROR] {kind}: {message}", "Traceback (most recent call last):", *(line.rstrip("\n") for line in stack)])


def details_of(error):
    if isinstance(error, RuntimeFailure):
        return error.type, message_of(error), error.stack
    return type(error).__name__, message_of(error), stack_of(error)


def message_of(error):
    try:
        return str(error)
    except Exception as failure:  # of the function's own __str__
        return f"<{type(error).__name__}: its text cannot be made: {type(failure).__name__}>"


def stack_of(error):
    """The function's frames, without the runtime's and the importer's before them."""
    frames = traceback.extract_tb(error.__traceback__)
    first = 0
    while first < len(frames) and is_internal(frames[first].filename):
        first += 1
    return traceback.format_list([tuple(frame) for frame in frames[first:]])


def is_internal(file):
    return file.startswith(RUNTIME_FOLDER) or file.startswith("<frozen importlib") or file.endswith("/importlib/__init__.py")
