import { surroundingNames } from '../subject.ts';
import type { Samples } from '../subject.ts';

/** A loop of its own in Python, whose `answer` is given the value and the environment of the activation. */
function loop(answer: string, before = ''): string {
  return `#!/usr/bin/env python3
import json, os, sys
${before}
def answer(value, environment):
${answer.replaceAll(/^/gm, '    ')}
results = open(3, "w", encoding="utf-8")
while line := sys.stdin.readline():
    whole = json.loads(line)
    context = {"__OW_" + key.upper(): text for key, text in whole.items() if key != "value"}
    result = answer(whole["value"], {**os.environ, **context})
    sys.stdout.flush()
    results.write(json.dumps(result, ensure_ascii=False, separators=(",", ":")) + "\\n")
    results.flush()
`;
}

const silent = loop('return value');

export const samples: Samples = {
  comment: '#',
  echo: {
    source: loop('print("hello stdout")\nprint("hello stderr", file=sys.stderr)\nreturn value'),
  },
  silent: { source: silent },
  niam: { source: silent, main: 'niam' },
  text: { source: loop('return "no object"') },
  sorry: { source: loop('return {"error": "sorry"}') },
  list: { source: loop('return ["a", "b"]') },
  surroundings: {
    source: loop(
      `return {name: environment.get(name, "(unset)") for name in ${JSON.stringify(surroundingNames)}}`,
    ),
  },
  snowman: {
    source: loop(
      'winter = value["delimiter"] + " ☃ " + value["delimiter"]\nprint(winter)\nreturn {"winter": winter}',
    ),
  },
  crash: { source: loop('if "crash" in value: sys.exit(1)\nreturn value') },
  archive: {
    files: {
      exec: loop('return {"data": open("data.txt").read()}'),
      'data.txt': 'from the archive',
    },
  },
  broken: {
    source: '#!/bin/bash\nexit 1\n',
    told: /^Cannot start action\. Check logs for details\.$/,
    detail: /command exited/i,
  },
  noEntry: /exec/,
  printsAtLoad: { source: loop('return value', 'print("loaded", flush=True)') },
};
