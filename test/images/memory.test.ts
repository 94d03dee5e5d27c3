import { describe, expect, test } from '@jest/globals';

import { imageOf } from './build.ts';
import { inContainer } from './container.ts';

const options = ['--memory', '128m', '--memory-swap', '128m'];

/** Each takes as many MB as it is told to, for good. */
const hungry = [
  {
    target: 'node',
    code: `const kept = [];
function main({ mb }) {
  for (let n = 0; n < mb; n += 1) kept.push(Buffer.alloc(1e6, 'x'));
  return { mb };
}`,
  },
  {
    target: 'python',
    code: `kept = []
def main(args):
    for n in range(args["mb"]):
        kept.append(b"x" * 1000000)
    return {"mb": args["mb"]}
`,
  },
  {
    target: 'shell',
    code: `#!/bin/bash
mb=\${1//[^0-9]/}
kept=$(head -c "\${mb}000000" /dev/zero | tr '\\0' x)
echo "{\\"mb\\": \${#kept}}"
`,
  },
];

describe('A container with 128 MB', () => {
  test.each(hungry)('whose $target action takes more drops the connection', ({ target, code }) =>
    inContainer(imageOf(target), { options }, async (container) => {
      await container.load(code);
      expect((await container.run({ mb: 1 })).status).toBe(200);
      await expect(container.run({ mb: 500 })).rejects.toThrow(/socket hang up|ECONNRESET/);
      const { State } = await container.inspect();
      if (State.OOMKilled) return;
      expect(State.Status).toBe('running');
      expect((await container.run({ mb: 1 })).status).toBe(200);
    }),
  );
});
