import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Client, servingWebSocket } from '../support/websocket.ts';

const folder = join(import.meta.dirname, '../../examples/websocket-hello');

describe.each(['hello.js', 'hello.py', 'hello.go', 'hello.sh'])('%s', (name) => {
  const env = { OW_AUTOINIT: join(folder, name) };

  test('greets over the WebSocket and over HTTP, and knows which it was', () =>
    servingWebSocket({ env }, async (launcher) => {
      const client = await Client.connect(launcher);
      const ada = 'Ada "the first" Lovelace ü 😀';
      const over = 'WebSocket';
      expect(await client.ask({ name: ada })).toEqual({ greeting: `Hello ${ada}!`, over });
      expect(await client.ask({})).toEqual({ greeting: 'Hello stranger!', over });
      expect((await launcher.run({ name: ada })).json).toEqual({
        greeting: `Hello ${ada}!`,
        over: 'HTTP',
      });
      expect(await client.ask({ name: 'x' })).toEqual({ greeting: 'Hello x!', over });
      const logged = name === 'hello.sh' ? JSON.stringify(ada).slice(1, -1) : ada;
      const names = [logged, 'stranger', logged, 'x'];
      const log = names.map((each) => `greeting ${each}\n`).join('');
      expect(launcher.stdout.actionText).toBe(log);
      await client.close();
    }));
});

describe('index.html', () => {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');

  test('asks nobody else for anything', () => {
    expect(page).not.toMatch(/https?:|\/\/[a-z]+\.[a-z]|@import|import\(|\bsrc=/);
    expect(page).toContain("default-src 'none'");
  });
});
