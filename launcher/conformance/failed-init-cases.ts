import { failedInit, notInitialised } from './answers.ts';
import { init, load, refuses, returns, run, shown } from './ask.ts';
import { expectMatch, expectNoMatch, Unmet } from './expect.ts';
import { pack } from './pack.ts';
import { table } from './subject.ts';
import type { Subject } from './subject.ts';

const framed = (subject: Subject): number => (subject.logInitErrors ? 1 : 0);

/** What the settings of a runtime may say. */
const framedElsewhere = [
  { of: 'runtimes do that tell the logs', sentinels: 1 },
  { of: 'runtimes do that tell the client', sentinels: 0 },
];

/** Code that does not start. */
export const failedInitCases = table([
  {
    title: 'a failed init is told where the language tells it',
    from: 'runtimes',
    loads: 'own',
    sentinels: framed,
    elsewhere: framedElsewhere,
    async check(client, { samples: { broken }, logInitErrors, oneShot }) {
      const answer = failedInit(logInitErrors ? broken.told : broken.detail, oneShot);
      refuses(client, await init(client, broken), answer);
    },
  },
  {
    title: 'a failed init is told in the logs with OW_LOG_INIT_ERROR=1',
    from: 'own choice',
    environment: { OW_LOG_INIT_ERROR: '1' },
    known: [{ of: 'the python runtime does, which logs but the message', sign: /invalid syntax/ }],
    loads: 'own',
    sentinels: 1,
    async check(client, { samples: { broken }, oneShot }) {
      refuses(client, await init(client, broken), failedInit(broken.told, oneShot));
    },
    logs({ stdout, stderr }, { samples: { broken } }) {
      expectMatch(stderr, broken.detail, 'stderr');
      expectNoMatch(stdout, broken.detail, 'stdout');
    },
  },
  {
    title: 'a failed init is told to the client with OW_LOG_INIT_ERROR=0',
    from: 'own choice',
    environment: { OW_LOG_INIT_ERROR: '0' },
    known: [
      { of: 'the Go proxy does, for which any value means 1', sign: /^1 sentinels/ },
      { of: 'the nodejs runtime does, which has no such setting', sign: /^stderr/ },
    ],
    loads: 'own',
    sentinels: 0,
    async check(client, { samples: { broken }, oneShot }) {
      refuses(client, await init(client, broken), failedInit(broken.detail, oneShot));
    },
    logs({ stderr }, { samples: { broken } }) {
      expectNoMatch(stderr, broken.detail, 'stderr');
    },
  },
  {
    title: 'a failed init leaves nothing that a good one would meet',
    from: 'own choice',
    loads: 'own',
    sentinels: (subject) => framed(subject) + 1,
    known: [{ of: 'the nodejs runtime does', sign: /status is stopped/ }],
    async check(client, { samples }) {
      const reply = await init(client, samples.broken);
      if (reply.status === 200) throw new Unmet(`/init: expected an error, got ${shown(reply)}`);
      refuses(client, await run(client, {}), notInitialised);
      await load(client, samples.silent);
      await returns(client, { a: 1 }, { a: 1 });
    },
  },
  {
    title: 'an archive without an entry names the entry that it lacks',
    from: 'runtimes',
    loads: 'own',
    sentinels: framed,
    elsewhere: framedElsewhere,
    async check(client, { samples, oneShot }) {
      const reply = await init(client, { files: { 'other.txt': 'x' } });
      refuses(client, reply, failedInit(samples.noEntry, oneShot));
    },
  },
  {
    title: 'an archive that was cut is refused',
    from: 'own choice',
    known: [{ of: 'the Go proxy does', sign: /no answer/ }],
    loads: 'own',
    sentinels: framed,
    async check(client, { samples: { archive }, oneShot }) {
      const whole = Buffer.from(await pack(archive.files), 'base64');
      const code = whole.subarray(0, whole.length - 30).toString('base64');
      const value = { main: archive.main ?? 'main', code, binary: true };
      refuses(
        client,
        await client.post('/init', JSON.stringify({ value })),
        failedInit(/./, oneShot),
      );
    },
  },
]);
