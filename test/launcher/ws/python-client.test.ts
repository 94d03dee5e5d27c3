import { expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { echoes } from '../../support/websocket-actions.ts';
import { pythonWith } from '../../support/websocket-venv.ts';
import { servingAction } from '../../support/websocket.ts';

const run = promisify(execFile);
const python = await pythonWith({
  module: 'websockets.sync.client',
  requirement: 'websockets>=13',
});
const testWithClient = python === undefined ? test.skip : test;

/** Sends texts and bytes in turn, all at once; prints what came back, and how the goodbye went. */
const script = `import json, sys
from websockets.sync.client import connect
from websockets.exceptions import InvalidStatus
url, count = sys.argv[1], int(sys.argv[2])
try:
    connect(url)
except InvalidStatus as refused:
    status = refused.response.status_code
with connect(url + "?token=secret", max_size=None) as client:
    for n in range(count):
        text = json.dumps({"n": n, "who": "Zoë"})
        client.send(text if n % 2 == 0 else text.encode())
    answers = [client.recv() for n in range(count)]
    client.send(iter(['{"in":', '"frag', 'ments"}']))
    fragmented = json.loads(client.recv())
    pong = client.ping().wait(10)
print(json.dumps({
    "refused": status,
    "kinds": [type(answer).__name__ for answer in answers],
    "answers": [json.loads(answer) for answer in answers],
    "fragmented": fragmented,
    "pong": pong,
    "close": client.protocol.close_code,
}))
`;

testWithClient('The client of Python websockets gets what it asks for', () =>
  servingAction(
    'python',
    echoes['python'] ?? '',
    async (launcher) => {
      const count = 100;
      const url = `ws://127.0.0.1:${launcher.port}/ws`;
      const { stdout } = await run(python ?? '', ['-c', script, url, `${count}`]);
      const numbers = Array.from({ length: count }, (_, n) => n);
      expect(JSON.parse(stdout)).toEqual({
        refused: 401,
        kinds: numbers.map((n) => (n % 2 === 0 ? 'str' : 'bytes')),
        answers: numbers.map((n) => ({ n, who: 'Zoë' })),
        fragmented: { in: 'fragments' },
        pong: true,
        close: 1000,
      });
      expect(launcher.sentinels).toEqual([count + 1, count + 1]);
    },
    { OW_WEBSOCKET_TOKEN: 'secret' },
  ),
);
