"""Finds the function that a handler's name means.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import importlib
import os
import sys

from .errors import RuntimeFailure


def set_paths(task_root, environment):
    """The function's folder first, then layers, PYTHONPATH, and what the interpreter itself brings."""
    release = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    layers = ["/opt/python", f"/opt/python/lib/{release}/site-packages"]
    python_path = [path for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    first = [task_root, *layers, *python_path]
    sys.path[:] = first + [path for path in sys.path if path not in first]
    importlib.invalidate_caches()  # the folders may have been empty when they were last looked at


def load_handler(name):
    """`package/module.function` or `package.module.function`."""
    module_name, dot, function = name.rpartition(".")
    if not dot or not module_name:
        raise RuntimeFailure("MalformedHandlerName", f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise RuntimeFailure("ImportModuleError", f"Unable to import module '{module_name}': {error}") from error
    except SyntaxError as error:
        where = f'  File "{error.filename}" Line {error.lineno}\n    {(error.text or "").rstrip()}'
        raise RuntimeFailure("UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", [where]) from error
    try:
        return getattr(module, function)
    except AttributeError as error:
        raise RuntimeFailure("HandlerNotFound", f"Handler '{function}' missing on module '{module_name}'") from error
