"""Runs a Python action: JSON lines in on stdin, answers out on fd 3 (docs/loop-protocol.md)."""

import json
import os
import sys

EXECUTABLE = sys.executable
LOG_STREAMS = (sys.stdout, sys.stderr)  # kept: the action may put others in their place
PREFIX = "__OW_"
HERE = os.path.dirname(os.path.realpath(__file__))

read = json.JSONDecoder().raw_decode  # does not look for what follows: a line is one value
compact = {"allow_nan": False, "separators": (",", ":")}
as_json = json.JSONEncoder(ensure_ascii=False, **compact).encode
as_ascii_json = json.JSONEncoder(ensure_ascii=True, **compact).encode


class Refused(Exception):
    """The action can't be started: carries the answer to the load line."""


def main():
    owner = os.getpid()
    prepare_logs()
    lines = open(take_over(0, os.O_RDONLY), "rb", buffering=1 << 16)
    answers = take_over(3, os.O_WRONLY)
    words = sys.argv[1:]  # an executable gets FOLDER ENTRY MAIN, where a loop that waits gets a line
    load = dict(zip(("folder", "entry", "main"), words)) if words else load_in(lines)
    if load is None:
        return
    is_numbered = not words or bool(os.environ.get("__OW_NUMBERED_ANSWERS"))
    said, action = start(load)
    if words:
        said = as_executable(said, is_numbered)
    if said is not None:
        write(answers, bytes_of(said) + b"\n")
    if action is None:
        sys.exit(1 if words else 0)

    environment = Environment(os.environ)
    take = parse_foreign if words else parse
    for number, line in enumerate(iter(lines.readline, b""), 1):
        answer = activate(action, environment, take, line)
        flush_logs()
        if os.getpid() != owner:
            os._exit(0)  # the action forked, and its child came back here too
        write(answers, b"%d %b\n" % (number, answer) if is_numbered else answer + b"\n")


def take_over(fd, flags):
    """Opens a pipe once more on a descriptor that no child inherits, and leaves /dev/null in its place:
    the action can neither read the next activation nor write an answer."""
    try:
        own = open_pipe("/proc/self/fd/%d" % fd, flags)
    except OSError:  # a socket can't be opened by path
        own = os.dup(fd)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, fd)
    os.close(null)
    return own


def open_pipe(path, flags):
    """Opening one end of a FIFO waits for the other one, for ever if the launcher has gone meanwhile."""
    both = os.open(path, os.O_RDWR)
    own = os.open(path, flags)
    os.close(both)
    return own


def prepare_logs():
    """A pipe that somebody made non-blocking loses what a slow reader can't take."""
    for fd in (1, 2):
        os.set_blocking(fd, True)
    for stream in LOG_STREAMS:
        stream.reconfigure(line_buffering=True)  # or what an action printed before it is killed is lost


def flush_logs():
    for stream in (*LOG_STREAMS, getattr(sys, "stdout", None), getattr(sys, "stderr", None)):
        try:
            stream.flush()
        except Exception:
            pass  # closed, or no stream at all: that is the action's affair


def write(fd, line):
    written = os.write(fd, line)
    while written < len(line):  # a signal came
        written += os.write(fd, memoryview(line)[written:])


def parse(line):
    return read(str(line, "utf-8", "replace").lstrip())[0]


def bytes_of(value):
    """JSON in UTF-8; half a surrogate pair has no UTF-8 and is escaped."""
    try:
        return as_json(value).encode()
    except UnicodeEncodeError:
        return as_ascii_json(value).encode()


def load_in(lines):
    first = lines.readline()
    return parse(first) if first else None


def as_executable(said, is_numbered):
    """What an executable says instead: nothing, unless it was asked to. What can't be loaded, it then tells the logs."""
    if is_numbered:
        return {"ok": True, "numbered": True} if "ok" in said else said
    if "error" in said:
        LOG_STREAMS[1].write(said["error"].rstrip("\n") + "\n")
        return None
    return {"ok": True} if os.environ.get("__OW_WAIT_FOR_ACK") else None


def parse_foreign(line):
    """Another launcher sends what it got: the value may be missing, and what belongs to the environment be no text."""
    given = {key: value for key, value in parse(line).items() if value is not None}
    texts = {key: value if isinstance(value, str) else as_json(value) for key, value in given.items() if key != "value"}
    return {**texts, "value": given.get("value", {})}


def start(load):
    """The answer to the load line, and the function to call or None."""
    try:
        action = find(load)
    except Refused as refusal:
        return refusal.args[0], None
    except SystemExit:
        raise
    except BaseException as error:
        return {"error": stack_of(error)}, None
    return {"ok": True, "executable": EXECUTABLE}, action


def find(load):
    os.environ.update(load.get("env") or {})
    os.chdir(load["folder"])
    sys.path[:] = [load["folder"], *(each for each in sys.path if each != HERE)]
    sys.argv[:] = [load["entry"]]
    activate_virtualenv(os.path.join(load["folder"], "virtualenv"))
    action = getattr(run_module(load["entry"]), load["main"], None)
    if not callable(action):
        name = os.path.basename(load["entry"])
        raise Refused({"error": "%s has no function '%s'." % (name, load["main"])})
    return action


def activate_virtualenv(folder):
    if not os.path.isdir(folder):
        return
    for scripts in ("bin", "Scripts"):
        script = os.path.join(folder, scripts, "activate_this.py")
        if os.path.exists(script):
            with open(script, "rb") as source:
                exec(compile(source.read(), script, "exec"), {"__file__": script, "__name__": "__main__"})
            return
    error = "Invalid virtualenv. Zip file does not include 'activate_this.py'."
    raise Refused({"error": error, "public": True})


def run_module(entry):
    """The action is the module `main__`. It is compiled in memory: its folder may be read-only."""
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_file_location

    loader = SourceFileLoader("main__", entry)
    module = module_from_spec(spec_from_file_location("main__", entry, loader=loader))
    sys.modules["main__"] = module
    exec(loader.source_to_code(loader.get_data(entry), entry), module.__dict__)
    return module


class Environment:
    """The `__OW_*` variables of the running activation, over the ones that were there after loading."""

    def __init__(self, env):
        self.env = env
        self.loaded = {name: value for name, value in env.items() if name.startswith(PREFIX)}
        self.keys, self.names = (), {}

    def enter(self, line):
        if tuple(line) != self.keys:
            self.turn_to(tuple(line))
        for key, name in self.names.items():
            self.set(name, line[key])

    def turn_to(self, keys):
        """Line after line brings the same keys: what they are in the environment is worked out once."""
        names = {key: PREFIX + key.upper() for key in keys if key != "value"}
        for name in set(self.names.values()).difference(names.values()):
            self.set(name, self.loaded.get(name))
        self.keys, self.names = keys, names

    def set(self, name, value):
        """Setting a variable costs more than looking at it: what already has its value is left alone."""
        try:
            if value is None:
                self.env.pop(name, None)
            elif self.env.get(name) != value:
                self.env[name] = value
        except ValueError:
            pass  # an environment can't hold it: NUL, `=` in a name, half a surrogate pair


def activate(action, environment, take, line):
    try:
        line = take(line)
        environment.enter(line)
        result = action(line["value"])
        if hasattr(type(result), "__await__"):
            result = wait_for(result)
        return answer_of(result)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BaseException as error:
        try:
            LOG_STREAMS[1].write(stack_of(error))
        except Exception:
            pass  # the action closed it
        return bytes_of({"error": message_of(error)})


def answer_of(result):
    """Nothing counts as `{}`. What is no object or array has no value that matters: the launcher refuses it.
    (Not so `null`, which the ActionLoop proxy takes for an object.)"""
    if result is None:
        return b"{}"
    try:
        return bytes_of(result)
    except (TypeError, ValueError):
        if isinstance(result, (dict, list, tuple)):
            raise
        return b"false"


event_loop = None


def wait_for(awaitable):
    """One event loop for all activations: what they open in it stays usable."""
    global event_loop
    import asyncio

    if event_loop is None or event_loop.is_closed():
        event_loop = asyncio.new_event_loop()
        asyncio.set_event_loop(event_loop)
    return event_loop.run_until_complete(result_of(awaitable))


async def result_of(awaitable):
    return await awaitable


def message_of(error):
    try:
        return str(error)
    except Exception:
        return type(error).__name__


def stack_of(error):
    """The traceback, without the frames of this loop and of what lies below them."""
    import traceback

    own = trace = error.__traceback__
    while own:
        if own.tb_frame.f_code.co_filename == __file__:
            trace = own.tb_next
        own = own.tb_next
    while trace and trace.tb_frame.f_code.co_filename.startswith("<frozen importlib"):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace))


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)  # interrupted, or the launcher has gone: no stack in the logs
