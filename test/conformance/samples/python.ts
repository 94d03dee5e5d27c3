import { surroundingNames } from '../subject.ts';
import type { Samples } from '../subject.ts';

const silent = 'def main(args):\n    return args\n';

export const samples: Samples = {
  comment: '#',
  echo: {
    source: `import sys
def main(args):
    print("hello stdout")
    print("hello stderr", file=sys.stderr)
    return args
`,
  },
  silent: { source: silent },
  niam: { source: silent.replace('main', 'niam'), main: 'niam' },
  text: { source: 'def main(args):\n    return "no object"\n' },
  sorry: { source: 'def main(args):\n    return {"error": "sorry"}\n' },
  list: { source: 'def main(args):\n    return ["a", "b"]\n' },
  surroundings: {
    source: `import os
def main(args):
    return {name: os.environ.get(name, "(unset)") for name in ${JSON.stringify(surroundingNames)}}
`,
  },
  snowman: {
    source: `def main(args):
    winter = args["delimiter"] + " ☃ " + args["delimiter"]
    print(winter)
    return {"winter": winter}
`,
  },
  crash: {
    source: `import sys
def main(args):
    if "crash" in args:
        sys.exit(1)
    return args
`,
  },
  archive: {
    files: {
      '__main__.py':
        'from helper import read\ndef main(args):\n    return {"data": read("data.txt")}\n',
      'helper.py': 'def read(name):\n    with open(name) as file:\n        return file.read()\n',
      'data.txt': 'from the archive',
    },
  },
  broken: {
    source: '10 PRINT "Hello world!"\n20 GOTO 10\n',
    told: /^Cannot start action\. Check logs for details\.$/,
    detail: /SyntaxError/,
  },
  noEntry: /__main__\.py/,
  printsAtLoad: { source: `print("loaded")\n${silent}` },
  nothing: { source: 'def main(args):\n    pass\n' },
  throws: {
    source: 'def main(args):\n    return {"a": 1 / 0}\n',
    status: 200,
    error: /division by zero/,
    log: /Traceback[^]*ZeroDivisionError/,
  },
};
