/** Actions that several tests of the WebSocket send to. */

/** Returns what it got, in each language. */
export const echoes: Readonly<Record<string, string>> = {
  node: 'function main(args) { return args; }',
  python: 'def main(args): return args',
  shell: 'cat',
};

/** An ActionLoop executable that returns the whole line it was given: the message with its context. */
export const lineEcho = `#!/bin/sh
while IFS= read -r line; do printf '%s\\n' "$line" >&3; done
`;

/** Returns its `__OW_WEBSOCKET_*` variables, in each language. */
export const environments: Readonly<Record<string, string>> = {
  node: `function main() {
  const pairs = Object.entries(process.env);
  return Object.fromEntries(pairs.filter(([name]) => name.includes('WEBSOCKET')));
}`,
  python: `import os
def main(args):
    return {name: value for name, value in os.environ.items() if "WEBSOCKET" in name}
`,
  shell: `pairs=$(env | sed -n 's/^\\([A-Z_]*WEBSOCKET[A-Z_]*\\)=\\(.*\\)/"\\1":"\\2"/p' | paste -sd,)
echo "{$pairs}"
`,
};

/** Counts its activations, each of which takes as many milliseconds as its value's `ms`. */
export const counter = `import time
count = 0
def main(args):
    global count
    count += 1
    time.sleep(args.get("ms", 0) / 1000)
    return {"count": count}
`;

/** Says its process id on stderr, and waits to be killed if its value has a key `wait`. */
export const mortal = `import os, sys, time
def main(args):
    print("pid", os.getpid(), file=sys.stderr, flush=True)
    if "wait" in args: time.sleep(1000)
    return args
`;
