import { surroundingNames } from '../subject.ts';
import type { Samples } from '../subject.ts';

/** A program in Python that is run once an activation: `value` is what it was given. */
function oneShot(statements: string): string {
  return `#!/usr/bin/env python3
import json, os, sys
value = json.load(sys.stdin)
${statements}
`;
}

const silent = oneShot('print(json.dumps(value))');

export const samples: Samples = {
  comment: '#',
  echo: {
    source: oneShot(
      'print("hello stdout")\nprint("hello stderr", file=sys.stderr)\nprint(json.dumps(value))',
    ),
  },
  silent: { source: silent },
  niam: { source: silent, main: 'niam' },
  text: { source: oneShot('print(json.dumps("no object"))') },
  sorry: { source: oneShot('print(json.dumps({"error": "sorry"}))') },
  list: { source: oneShot('print(json.dumps(["a", "b"]))') },
  surroundings: {
    source: oneShot(
      `print(json.dumps({name: os.environ.get(name, "(unset)") for name in ${JSON.stringify(surroundingNames)}}))`,
    ),
  },
  snowman: {
    source: oneShot(
      'winter = value["delimiter"] + " ☃ " + value["delimiter"]\nprint(winter)\nprint(json.dumps({"winter": winter}))',
    ),
  },
  crash: { source: oneShot('if "crash" in value: sys.exit(1)\nprint(json.dumps(value))') },
  archive: {
    files: {
      exec: oneShot('print(json.dumps({"data": open("data.txt").read()}))'),
      'data.txt': 'from the archive',
    },
  },
  broken: {
    source: 'neither a program nor a script\n',
    told: /^Cannot start action\. Check logs for details\.$/,
    detail: /neither an ELF executable nor a script with a #! line/,
  },
  noEntry: /exec/,
};
