import { badResult } from './answers.ts';
import { isResult, refuses, returns, run, shown, text } from './ask.ts';
import { expectMatch, expectSame, Unmet } from './expect.ts';
import { activationsOf, isQuiet } from './logs.ts';
import { table } from './subject.ts';
import type { Client, Reply, Subject } from './subject.ts';

const nested = { name: 'x', inner: { deep: [{ er: null }], yes: true, number: 1.5 } };
const winter = '❄ ☃ ❄';
/** By so much the platform lets the body of a result exceed its compact form. */
const mostBytesMore = 5;

/** What an action returns, and how that is told. */
export const resultCases = table([
  {
    title: 'what goes in comes out, and the logs of each activation are ended',
    from: 'every runtime',
    loads: 'echo',
    sentinels: 4,
    async check(client) {
      await returns(client, { string: 'hello' }, { string: 'hello' });
      await returns(client, { string: '❄ ☃ ❄ "\\\n\t' }, { string: '❄ ☃ ❄ "\\\n\t' });
      await returns(client, { numbers: [0, 1, -2.5] }, { numbers: [0, 1, -2.5] });
      await returns(client, nested, nested);
    },
    logs({ stdout, stderr }) {
      const four = (line: string): string[] => Array<string>(4).fill(line);
      expectSame(activationsOf(stdout).map(trimmed), four('hello stdout'), 'stdout');
      expectSame(activationsOf(stderr).map(trimmed), four('hello stderr'), 'stderr');
    },
  },
  {
    title: 'an array goes in and out',
    from: 'runtimes',
    loads: 'silent',
    sentinels: 1,
    async check(client, subject) {
      isArray(client, await run(client, ['a', 'b']), subject);
    },
  },
  {
    title: 'an array is a result',
    from: 'runtimes',
    loads: 'list',
    sentinels: 1,
    async check(client, subject) {
      isArray(client, await run(client, {}), subject);
    },
  },
  {
    title: 'a result has a length, is not chunked, and is JSON',
    from: 'platform',
    loads: 'silent',
    sentinels: 1,
    async check(client) {
      const reply = await run(client, { a: 'é' });
      isResult(reply, { a: 'é' });
      expectSame(reply.headers['content-length'], `${reply.bytes.length}`, 'content-length');
      expectSame(reply.headers['transfer-encoding'], undefined, 'transfer-encoding');
      expectMatch(String(reply.headers['content-type']), /^application\/json/, 'content-type');
    },
  },
  {
    title: 'a result is compact and ends without a newline',
    from: 'own choice',
    known: [{ of: 'the Go proxy does, which adds a newline', sign: /\\n"$/ }],
    loads: 'silent',
    sentinels: 1,
    async check(client, { oneShot }) {
      const reply = await run(client, { a: 'b' });
      isResult(reply, { a: 'b' });
      expectSame(text(reply), oneShot ? '{"a": "b"}' : '{"a":"b"}', 'the body');
    },
  },
  {
    title: 'a result that is neither object nor array is refused',
    from: 'every runtime',
    loads: 'text',
    sentinels: 1,
    async check(client) {
      refuses(client, await run(client, {}), badResult);
    },
  },
  {
    title: 'an object with an error is a result',
    from: 'runtimes',
    loads: 'sorry',
    sentinels: 1,
    async check(client) {
      await returns(client, {}, { error: 'sorry' });
    },
  },
  {
    title: 'nothing returned is an empty object',
    from: 'runtimes',
    known: [{ of: 'the Go proxy does, which hands null on', sign: /got null$/ }],
    loads: 'nothing',
    sentinels: 1,
    async check(client) {
      await returns(client, {}, {});
    },
  },
  {
    title: 'what is thrown is told as the language does',
    from: 'runtimes',
    loads: 'throws',
    sentinels: 1,
    async check(client, { samples: { throws } }) {
      if (throws === undefined) return;
      const { status, error } = throws;
      const others = [{ of: 'another runtime of the language may', status: 502, body: error }];
      refuses(client, await run(client, {}), { status, error, others });
    },
    logs({ stdout, stderr }, { samples: { throws } }, notes) {
      if (throws === undefined || throws.log.test(stderr)) return;
      expectMatch(stdout, throws.log, 'the logs');
      notes.differs('it is told on stdout, as the ruby runtime does');
    },
  },
  {
    title: 'source, value, logs and result may hold any character',
    from: 'every runtime',
    loads: 'snowman',
    sentinels: 1,
    async check(client) {
      await returns(client, { delimiter: '❄' }, { winter });
    },
    logs({ stdout }) {
      expectMatch(stdout, new RegExp(winter), 'stdout');
    },
  },
  {
    title: 'a value of 1 MiB comes back in at most five bytes more',
    from: 'every runtime',
    loads: 'silent',
    sentinels: 1,
    async check(client) {
      const value = { payload: 'a'.repeat(1_048_561) };
      const compact = JSON.stringify(value);
      const reply = await run(client, value);
      isResult(reply, value);
      const more = reply.bytes.length - compact.length;
      if (more > mostBytesMore) throw new Unmet(`${more} bytes more than ${compact.length}`);
    },
    logs: isQuiet,
  },
]);

function isArray(client: Client, reply: Reply, { samples }: Subject): void {
  if (samples.listsAreObjects) {
    isResult(reply, { 0: 'a', 1: 'b' });
    return;
  }
  if (reply.status === 200 && text(reply).replaceAll(/\s/g, '') === '{"0":"a","1":"b"}') {
    client.differs(`${shown(reply)}, as the php runtime does`);
  } else {
    isResult(reply, ['a', 'b']);
  }
}

const trimmed = (one: string): string => one.trim();
