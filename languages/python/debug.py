"""Runs the loop under debugpy, as `python -m debugpy --listen ADDRESS LOOP` does: debug.py ADDRESS LOOP."""

import json
import os
import runpy
import sys

MISSING = "The debugger of Python is not installed for %s: pip install debugpy"

address, loop = sys.argv[1:]
try:
    import debugpy  # noqa: F401
except ImportError:
    sys.stdin.readline()
    os.write(3, json.dumps({"error": MISSING % sys.executable, "public": True}).encode() + b"\n")
else:
    sys.argv[:] = ["debugpy", "--listen", address, loop]
    runpy.run_module("debugpy", run_name="__main__", alter_sys=True)
