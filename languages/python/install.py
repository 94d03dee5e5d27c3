"""Installs what requirements.txt declares into `virtualenv/`, where the loop looks for it."""

import importlib.util
import os
import subprocess
import sys
import venv

MISSING = 127  # docs/loop-protocol.md
FOLDER = "virtualenv"
# Python's own venv has no such script, and the folder may be moved after this.
ACTIVATE = '''import os, site, sys
base = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
packages = os.path.join(base, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")
known = len(sys.path)
site.addsitedir(packages)
sys.path[:] = sys.path[known:] + sys.path[:known]
sys.prefix = base
'''

if importlib.util.find_spec("pip") is None:
    sys.exit(MISSING)
if not os.path.isdir(FOLDER):
    venv.create(FOLDER, symlinks=True)
    with open(os.path.join(FOLDER, "bin", "activate_this.py"), "w") as script:
        script.write(ACTIVATE)
python = os.path.join(FOLDER, "bin", "python")
options = ["--quiet", "--disable-pip-version-check", "--no-input"]
pip = [sys.executable, "-m", "pip", "--python", python, "install", *options]
sys.exit(subprocess.call([*pip, "-r", "requirements.txt"]))
