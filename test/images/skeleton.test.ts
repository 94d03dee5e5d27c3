import { describe, expect, test } from '@jest/globals';

import { imageOf } from './build.ts';
import { inContainer, sentinelsIn } from './container.ts';
import type { Container, ContainerOptions } from './container.ts';
import { eventually } from './eventually.ts';

const stubError = 'This is a stub action. Replace it with custom logic.';
const where =
  '#!/bin/bash\necho "{\\"cwd\\": \\"$(pwd)\\", \\"PWD\\": \\"$PWD\\", \\"got\\": $1}"\n';

function inSkeleton(
  body: (container: Container) => Promise<void>,
  options: ContainerOptions = {},
): Promise<void> {
  return inContainer(imageOf('shell'), options, body);
}

async function expectStub(container: Container): Promise<void> {
  const { status, json } = await container.run({ any: 'thing' });
  expect({ status, json }).toEqual({ status: 200, json: { error: stubError } });
  const { stdout } = await container.logsWith(1);
  expect(stdout).toContain('This is a stub action\n');
  expect(sentinelsIn(stdout)).toBe(1);
}

describe('The image shell, in the place of the Docker skeleton', () => {
  test('answers with its stub before there is code', () => inSkeleton(expectStub));

  test.each(['{}', '{"value":{}}', '{"value":{"code":null}}'])(
    'takes an init of %s, and goes on with its stub',
    (body) =>
      inSkeleton(async (container) => {
        expect((await container.post('/init', body)).status).toBe(200);
        await expectStub(container);
      }),
  );

  test('fails when empty code is run', () =>
    inSkeleton(async (container) => {
      await container.load({ code: '' });
      const { status, error } = await container.post('/run', 'null');
      expect([status, error]).toEqual([502, 'The action did not return a dictionary or array.']);
      expect((await container.logsWith(1)).stdout).toContain('error');
    }));

  test.each([
    { title: 'as the user of the image', options: [] },
    { title: 'as any other', options: ['--user', '12345:54321'] },
  ])('runs code in /action, $title', ({ options }) =>
    inSkeleton(
      async (container) => {
        await container.load(where);
        const expected = { cwd: '/action', PWD: '/action', got: { a: [1, 'é'] } };
        expect((await container.run({ a: [1, 'é'] })).json).toEqual(expected);
      },
      { options },
    ),
  );

  test('runs code where it can be, with a read-only root', () =>
    inSkeleton(
      async (container) => {
        await container.load(where);
        expect((await container.run({})).json).toMatchObject({ got: {} });
      },
      { options: ['--read-only', '--tmpfs', '/tmp:exec'] },
    ));

  test('has the tools that actions of the skeleton use', () =>
    inSkeleton(async (container) => {
      const tools = [
        'bash',
        'curl',
        'git',
        'jq',
        'perl',
        'python',
        'python3',
        'ssh',
        'unzip',
        'zip',
      ];
      await container.load(
        `#!/bin/bash\nfor tool in ${tools.join(' ')}; do type -P $tool; done | jq -Rcn '{found: [inputs] | length}'\n`,
      );
      expect((await container.run()).json).toEqual({ found: tools.length });
    }));

  test('listens where FLASK_PROXY_PORT says, and is healthy there', () =>
    inSkeleton(
      async (container) => {
        const health = ['node', '/opt/polyglot-launcher/healthcheck.cjs'];
        await eventually(
          () => container.tries(...health),
          (code) => code === 0,
        );
        expect(await container.tries('env', 'FLASK_PROXY_PORT=8080', ...health)).toBe(1);
      },
      { env: { FLASK_PROXY_PORT: '8181' }, port: 8181 },
    ));
});
