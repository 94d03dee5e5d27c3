import { noCode, onlyOnce, badRequest } from './answers.ts';
import { init, isLoaded, load, refuses, returns, text } from './ask.ts';
import { expectMatch, expectSame } from './expect.ts';
import { isQuiet, withoutSentinels } from './logs.ts';
import { table } from './subject.ts';

/** What the invoker sends with every `/init`, and what nobody may stumble over. */
const platformInit = {
  name: 'silent',
  env: { __OW_ACTION_NAME: '/guest/silent', __OW_NAMESPACE: 'guest', __OW_DEADLINE: '99' },
};
const platformRun = {
  namespace: 'guest',
  action_name: '/guest/silent',
  action_version: '0.0.1',
  activation_id: '62b29f0a7a2f4d4fb29f0a7a2f1d4f01',
  transaction_id: 'c4dWmvEEvV5lKoMXo9PiZHnVRVbTjYTN',
  deadline: '8640000000000000',
};

/** Code that starts. */
export const initCases = table([
  {
    title: 'an init that works answers {"ok":true} and a newline, and ends no logs',
    from: 'runtimes',
    loads: 'own',
    sentinels: 0,
    async check(client, { samples }) {
      const reply = await init(client, samples.silent);
      isLoaded(reply);
      if (text(reply) === '{"ok":true}\n' && reply.headers['content-length'] === '12') return;
      client.differs(`${JSON.stringify(text(reply))}, which the platform does not look at`);
    },
  },
  {
    title: 'an init without code is refused',
    from: 'every runtime',
    loads: 'none',
    sentinels: 0,
    elsewhere: [{ of: 'the ruby 2.5 runtime does', sentinels: 1 }],
    async check(client) {
      refuses(client, await client.post('/init', '{}'), noCode);
    },
  },
  {
    title: 'an init without code is refused in any form, and may be followed by a good one',
    from: 'own choice',
    loads: 'own',
    sentinels: 1,
    async check(client, { samples }) {
      const bodies = ['', '{"value":{}}', '{"value":{"code":""}}', '{"value":{"code":null}}'];
      for (const body of bodies) refuses(client, await client.post('/init', body), noCode);
      await load(client, samples.silent);
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
  {
    title: 'an init that is no JSON or has fields of the wrong type says what and where',
    from: 'own choice',
    loads: 'none',
    sentinels: 0,
    async check(client) {
      const faults: readonly (readonly [string, RegExp])[] = [
        ['XXX', /line 1 column 1/],
        ['[]', /array/],
        ['{"value":{"code":5}}', /value\.code.*number/],
        ['{"value":{"code":"x","env":[]}}', /value\.env/],
        ['{"value":{"code":"!!","binary":true}}', /base64.*character 0/],
      ];
      for (const [body, error] of faults) {
        refuses(client, await client.post('/init', body), badRequest(error));
      }
    },
  },
  {
    title: 'a second init is refused, which the logs say too',
    from: 'every runtime',
    loads: 'silent',
    sentinels: 0,
    async check(client, { samples }) {
      refuses(client, await init(client, samples.text), onlyOnce);
    },
    logs({ stdout, stderr }) {
      expectMatch(
        `${stdout}${stderr}`,
        /Cannot initialize the action more than once\./,
        'the logs',
      );
    },
  },
  {
    title: 'a second init leaves the action as it was, and one line in the logs',
    from: 'own choice',
    loads: 'silent',
    sentinels: 1,
    async check(client, { samples }) {
      refuses(client, await init(client, samples.text), onlyOnce);
      await returns(client, { a: 1 }, { a: 1 });
    },
    known: [
      {
        of: 'the Go proxy and the nodejs runtime do, which put more before it',
        sign: /Cannot initialize/,
      },
    ],
    logs(logs) {
      expectSame(withoutSentinels(logs), `${String(onlyOnce.error)}\n`, 'the logs');
    },
  },
  {
    title: 'an entry point may have another name than main',
    from: 'every runtime',
    loads: 'niam',
    sentinels: 1,
    async check(client) {
      await returns(client, { string: 'hello' }, { string: 'hello' });
    },
    logs: isQuiet,
  },
  {
    title: 'a source of more than 500 kB is taken',
    from: 'runtimes',
    loads: 'own',
    sentinels: 1,
    async check(client, { samples: { silent, comment } }) {
      const filler = `${comment} ${'the quick brown fox '.repeat(4)}\n`.repeat(7000);
      await load(client, { ...silent, source: `${silent.source}\n${filler}` });
      await returns(client, { a: 1 }, { a: 1 });
    },
    logs: isQuiet,
  },
  {
    title: 'what is printed while it loads is in the logs of the first activation',
    from: 'runtimes',
    loads: 'printsAtLoad',
    sentinels: 1,
    async check(client) {
      await returns(client, { a: 1 }, { a: 1 });
    },
    logs({ stdout }) {
      expectMatch(stdout, /^loaded\s+XXX_THE_END/, 'stdout');
    },
  },
  {
    title: 'all that the platform sends is taken',
    from: 'platform',
    loads: 'own',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.silent, platformInit);
      await returns(client, { a: 1 }, { a: 1 }, platformRun);
    },
    logs: isQuiet,
  },
  {
    title: 'an init may leave out what has a default, and needs no content type',
    from: 'own choice',
    known: [{ of: 'the nodejs runtime does, which asks for both', sign: /403 .*Missing main/ }],
    loads: 'own',
    sentinels: 1,
    async check(client, { samples: { silent } }) {
      const { source: code, main } = silent;
      const body = JSON.stringify({ value: { code, main } });
      isLoaded(await client.post('/init', body, 'application/x-www-form-urlencoded'));
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
  {
    title: 'base64 of a source may hold white space',
    from: 'own choice',
    known: [
      { of: 'the Go proxy does', sign: /illegal base64/ },
      { of: 'the nodejs runtime does, for which base64 is an archive', sign: /archive/ },
    ],
    loads: 'own',
    sentinels: 1,
    async check(client, { samples: { silent } }) {
      const code = Buffer.from(silent.source)
        .toString('base64')
        .replaceAll(/(.{20})/g, '$1\n ');
      const { main = 'main' } = silent;
      isLoaded(await client.post('/init', JSON.stringify({ value: { main, code, binary: true } })));
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
]);
