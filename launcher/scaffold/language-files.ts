import type { Actions } from './actions.ts';
import type { Blueprint, Files } from './blueprint.ts';
import { readmeOf } from './readme.ts';

/** All new files of a language. */
export function filesOf(blueprint: Blueprint, { hello, samples }: Actions): Files {
  const { name, ending, run } = blueprint;
  const folder = `languages/${name}`;
  const conformance = `${folder}/conformance`;
  const niam: [string, Buffer][] = [[`niam${ending}`, samples.get(`silent${ending}`) ?? hello]];
  const all = [...samples, ...niam].map(
    ([path, bytes]) => [`${conformance}/${path}`, bytes] as const,
  );
  const texts = {
    [`${folder}/language.json`]: json(manifestOf(blueprint)),
    [`${folder}/run.sh`]: runScript(run),
    [`${folder}/README.md`]: readmeOf(blueprint, hello.toString()),
    [`${conformance}/samples.json`]: json(sheetOf(blueprint)),
    // Any text is a script: only an archive can lack something.
    [`${conformance}/broken/other.txt`]: 'x\n',
  };
  const written = Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)] as const);
  return new Map([...written, ...all, [`examples/hello/hello${ending}`, hello]]);
}

/** A script that is run for every activation: what works at once, and what a loop takes the place of. */
function manifestOf({ name, kind, ending, version, package: debian }: Blueprint): object {
  const entry = `main${ending}`;
  return {
    name,
    kind,
    files: [ending],
    entries: [entry],
    inline: entry,
    start: ['sh', 'run.sh'],
    oneShot: true,
    noEntry: `Zip file does not include ${entry}.`,
    version,
    package: debian,
    logInitErrors: true,
  };
}

function runScript(run: string): string {
  return `# Run for every activation as: sh run.sh ACTION VALUE, in the folder of the action. VALUE is JSON, and it is on stdin, too.
# The last line of stdout is the result, what is above it and on stderr are logs.
exec ${run} "$@"
`;
}

function sheetOf({ comment, ending }: Blueprint): object {
  const entry = `main\\${ending}`;
  return {
    comment,
    mains: { niam: 'niam' },
    broken: { told: entry, detail: entry },
    noEntry: entry,
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
