"""Boots a Python process that stands by for a function. What passes between it and Aloft: ../CHANNEL.md."""

import gc
import os
import sys

gc.disable()  # nothing of what is imported here will ever be garbage

folder = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, folder)
from aloft_runtime import boot  # noqa: E402

sys.path.remove(folder)

gc.freeze()  # nor is it looked at in the function's collections
gc.enable()

if __name__ == "__main__":  # a process that multiprocessing spawns imports this file by another name
    boot.run()

