import assert from 'node:assert/strict';

import { init, isError, isJson, load, returns, run, text } from './ask.ts';
import { pack } from './pack.ts';
import { table } from './subject.ts';
import type { Code, Subject } from './subject.ts';

const noCode = 'Missing main/no code to execute.';
const onlyOnce = 'Cannot initialize the action more than once.';

const framed = (subject: Subject): number => (subject.logInitErrors ? 1 : 0);

export const initCases = table([
  {
    title: 'an init that works answers {"ok":true} and a newline, and ends no logs',
    sentinels: 0,
    async check(client, { samples }) {
      const reply = await init(client, samples.silent);
      assert.deepEqual([reply.status, text(reply)], [200, '{"ok":true}\n']);
      assert.equal(reply.headers['content-length'], '12');
    },
  },
  {
    title: 'an init without code is refused, and may be followed by a good one',
    sentinels: 1,
    async check(client, { samples }) {
      const bodies = ['', '{}', '{"value":{}}', '{"value":{"code":""}}', '{"value":{"code":null}}'];
      for (const body of bodies) isError(await client.post('/init', body), 403, noCode);
      await load(client, samples.silent);
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
  {
    title: 'an init that is no JSON or has fields of the wrong type says what and where',
    sentinels: 0,
    async check(client) {
      isError(await client.post('/init', 'XXX'), 400, /line 1 column 1/);
      isError(await client.post('/init', '[]'), 400, /array/);
      isError(await client.post('/init', '{"value":{"code":5}}'), 400, /value\.code.*number/);
      isError(await client.post('/init', '{"value":{"code":"x","env":[]}}'), 400, /value\.env/);
      isError(
        await client.post('/init', '{"value":{"code":"!!","binary":true}}'),
        400,
        /base64.*character 0/,
      );
    },
  },
  {
    title: 'a second init is refused, which the logs say too, and the action goes on',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.silent);
      isError(await init(client, samples.text), 403, onlyOnce);
      const { stdout, stderr } = await client.logs();
      assert.equal(`${stdout}${stderr}`, `${onlyOnce}\n`);
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
  {
    title: 'an entry point may have another name than main',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.niam);
      await returns(client, { string: 'hello' }, { string: 'hello' });
    },
  },
  {
    title: 'a source of more than 500 kB is taken',
    sentinels: 1,
    async check(client, { samples }) {
      const { source } = samples.silent as { readonly source: string };
      const filler = `${samples.comment} ${'the quick brown fox '.repeat(4)}\n`.repeat(7000);
      await load(client, { source: `${source}\n${filler}` });
      await returns(client, { a: 1 }, { a: 1 });
      const { stdout, stderr } = await client.logs();
      assert.equal(stdout.split('\n').length + stderr.split('\n').length, 4);
    },
  },
  {
    title: 'what is printed while it loads is in the logs of the first activation',
    needs: 'printsAtLoad',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, need(samples.printsAtLoad));
      await returns(client, { a: 1 }, { a: 1 });
      assert.match((await client.logs()).stdout, /^loaded\nXXX_THE_END/);
    },
  },
  {
    title: 'a failed init is told where the language tells it',
    sentinels: framed,
    async check(client, { samples: { broken }, logInitErrors }) {
      isError(await init(client, broken), 502, logInitErrors ? broken.told : broken.detail);
    },
  },
  {
    title: 'a failed init is told in the logs with OW_LOG_INIT_ERROR=1',
    environment: { OW_LOG_INIT_ERROR: '1' },
    sentinels: 1,
    async check(client, { samples: { broken } }) {
      isError(await init(client, broken), 502, broken.told);
      const { stdout, stderr } = await client.logs();
      assert.match(stderr, broken.detail);
      assert.doesNotMatch(stdout, broken.detail);
    },
  },
  {
    title: 'a failed init is told to the client with OW_LOG_INIT_ERROR=0',
    environment: { OW_LOG_INIT_ERROR: '0' },
    sentinels: 0,
    async check(client, { samples: { broken } }) {
      isError(await init(client, broken), 502, broken.detail);
      assert.doesNotMatch((await client.logs()).stderr, broken.detail);
    },
  },
  {
    title: 'a failed init leaves nothing that a good one would meet',
    sentinels: (subject) => framed(subject) + 1,
    async check(client, { samples }) {
      assert.equal((await init(client, samples.broken)).status, 502);
      isError(await run(client, {}), 500, 'no action defined yet');
      await load(client, samples.silent);
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
  {
    title: 'an archive is unpacked, and its root is the working folder',
    sentinels: 1,
    async check(client, { samples }) {
      await load(client, samples.archive);
      await returns(client, {}, { data: 'from the archive' });
    },
  },
  {
    title: 'an archive that holds but one folder is read from inside that folder',
    sentinels: 1,
    async check(client, { samples: { archive } }) {
      const entries = Object.entries(archive.files).map(([name, data]) => [`action/${name}`, data]);
      await load(client, {
        ...archive,
        files: Object.fromEntries(entries) as typeof archive.files,
      });
      await returns(client, {}, { data: 'from the archive' });
    },
  },
  {
    title: 'an archive without an entry names the entry that it lacks',
    sentinels: framed,
    async check(client, { samples }) {
      const reply = await init(client, { files: { 'other.txt': 'x' } });
      isError(reply, 502, samples.noEntry);
    },
  },
  {
    title: 'an archive that was cut is refused',
    sentinels: framed,
    async check(client, { samples: { archive } }) {
      const whole = Buffer.from(await pack(archive.files), 'base64');
      const code = whole.subarray(0, whole.length - 30).toString('base64');
      const reply = await client.post('/init', JSON.stringify({ value: { code, binary: true } }));
      assert.equal(reply.status, 502);
    },
  },
  {
    title: 'base64 of a source may hold white space',
    sentinels: 1,
    async check(client, { samples }) {
      const { source } = samples.silent as { readonly source: string };
      const code = Buffer.from(source)
        .toString('base64')
        .replaceAll(/(.{20})/g, '$1\n ');
      isJson(await client.post('/init', JSON.stringify({ value: { code, binary: true } })), 200, {
        ok: true,
      });
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
]);

function need(code: Code | undefined): Code {
  assert(code !== undefined, 'the sample is missing');
  return code;
}
