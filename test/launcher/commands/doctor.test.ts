import { describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';

import { withFolder } from '../../support/folders.ts';
import { ending } from '../../support/launcher.ts';

interface Diagnosis {
  readonly isHealthy: boolean;
  readonly findings: readonly { readonly name: string; readonly state: string; detail: string }[];
}

/** Runs the doctor where nothing but these programs is installed. */
function amongPrograms(
  programs: readonly string[],
  body: (env: { readonly PATH: string }) => Promise<void>,
): Promise<void> {
  return withFolder({}, async (folder) => {
    for (const program of programs) {
      const path = execFileSync('which', [program], { encoding: 'utf8' }).trim();
      symlinkSync(path, join(folder, program));
    }
    await body({ PATH: folder });
  });
}

describe('doctor', () => {
  test('lets the example of each language answer', async () => {
    const { stdout, stderr } = await ending({ argv: ['doctor'] });
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^✓ {2}TMPDIR .* can be written to and executed from$/m);
    expect(stdout).toMatch(/^✓ {2}FIFOs /m);
    for (const name of ['node', 'python', 'shell', 'native', 'actionloop']) {
      expect(stdout).toMatch(new RegExp(`^✓ {2}${name} .*; init [\\d.]+ ms, run [\\d.]+ ms$`, 'm'));
    }
  });

  test('says what to install, which is no fault unless the language is needed', () =>
    amongPrograms(['sh', 'mkfifo', 'bash', 'awk'], async (env) => {
      const unneeded = await ending({ argv: ['doctor'], env });
      expect(unneeded.stdout).toMatch(/^- {2}python .*apt-get install python3$/m);
      expect(unneeded.stdout).toMatch(/Nothing that is needed is broken\.\n$/);
      expect(unneeded.code).toBe(0);
      const needed = await ending({ argv: ['doctor', '--language', 'python'], env });
      expect(needed.stdout).toMatch(/^✗ {2}python .*apt-get install python3$/m);
      expect(needed.code).toBe(1);
    }));

  test('names a machine without mkfifo broken, and tries no language there', () =>
    amongPrograms(['sh'], async (env) => {
      const { code, stdout } = await ending({ argv: ['doctor', '--json'], env });
      const { isHealthy, findings } = JSON.parse(stdout) as Diagnosis;
      expect({ code, isHealthy }).toEqual({ code: 1, isHealthy: false });
      const broken = findings.filter(({ state }) => state === 'broken');
      expect(broken.map(({ name }) => name)).toEqual(['FIFOs']);
      expect(broken[0]?.detail).toContain('coreutils');
      expect(findings.some(({ name }) => name === 'node')).toBe(false);
    }));

  test('names a TMPDIR that is not there', async () => {
    const { code, stdout } = await ending({ argv: ['doctor'], env: { TMPDIR: '/nowhere/at/all' } });
    expect(stdout).toMatch(/^✗ {2}TMPDIR .*\/nowhere\/at\/all$/m);
    expect(code).toBe(1);
  });

  test('names a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code, stdout } = await ending({ argv: ['doctor', '--port', `${port}`] });
    expect(stdout).toMatch(new RegExp(`^✗ {2}port ${port} .*EADDRINUSE.*PORT chooses`, 'm'));
    expect(code).toBe(1);
    server.close();
  });
});
