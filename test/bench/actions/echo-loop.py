#!/usr/bin/env python3
"""A plain ActionLoop executable, as a runtime's launcher of Apache OpenWhisk is one."""

import json
import os
import sys

answers = os.fdopen(3, "wb")
if os.getenv("__OW_WAIT_FOR_ACK"):
    answers.write(b'{"ok":true}\n')
    answers.flush()
for line in sys.stdin:
    value = json.loads(line)["value"]
    answers.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
    answers.flush()
