import { sentinel } from '../protocol/sentinel.ts';
import { isResult, run } from './ask.ts';
import { expectSame } from './expect.ts';
import { table } from './subject.ts';

/** More than a hundred, as the suite of Apache's nodejs runtime has it. */
const count = 128;
const sentinels = sentinel.toString().repeat(count);

/** What is asked of a language whose activations may overlap in one process. */
export const overlapCases = table([
  {
    title: 'activations overlap with __OW_ALLOW_CONCURRENT=true, each with its own answer',
    from: 'runtimes',
    environment: { __OW_ALLOW_CONCURRENT: 'true' },
    loads: 'overlaps',
    sentinels: count,
    async check(client) {
      const values = Array.from({ length: count }, (_, n) => ({ count, n }));
      const replies = await Promise.all(values.map((value) => run(client, value)));
      for (const [n, reply] of replies.entries()) isResult(reply, values[n]);
    },
    logs({ stdout, stderr }) {
      const written = 'interleave me\n'.repeat(count);
      expectSame(stdout, written + sentinels, 'stdout');
      expectSame(stderr, sentinels, 'stderr');
    },
  },
]);
