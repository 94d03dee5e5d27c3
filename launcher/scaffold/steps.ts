import type { Blueprint, Files } from './blueprint.ts';
import { dockerfile } from './dockerfile.ts';

/** What was done, and what OpenWhisk's page on new runtimes asks for beyond it. */
export function report(blueprint: Blueprint, made: Files, generated: readonly string[]): string {
  const { name, kind, ending } = blueprint;
  const unicode = made.has(`languages/${name}/conformance/snowman${ending}`);
  return `Made
${indented([...made.keys()])}

Added to
${indented([`${dockerfile} (the target ${name})`, ...generated])}

OpenWhisk's steps for a new runtime (docs/actions-new.md of its repository)
${table([
  [true, 'the action interface', 'the launcher has it'],
  [true, 'the runtimes manifest', 'platform/runtimes.json has its entry'],
  [true, 'the page', `docs/actions-${name}.md`],
  [unicode, 'the test action', testAction(blueprint, unicode)],
  [
    true,
    'the image',
    `docker build -f ${dockerfile} --target ${name} -t polyglot-launcher:${name} .`,
  ],
  [false, 'the Swagger file', `by hand: the kind ${kind}, as platform/README.md says`],
  [false, 'the index of languages', 'by hand, as platform/README.md says'],
  [false, 'the tests', `npx polyglot-launcher conform --language ${name}`],
])}

In this repository
${table(remaining(blueprint))}

Next
  npx polyglot-launcher conform --language ${name}
  npm start -- examples/hello/hello${ending}
`;
}

function testAction({ name, kind, ending }: Blueprint, isThere: boolean): string {
  const file = `platform/tests/dat/actions/unicode.tests/${kind.replace(':', '-')}.txt`;
  if (isThere) return file;
  return `write languages/${name}/conformance/snowman${ending}, then npm run platform-files`;
}

function remaining({ name, ending, package: debian, isStub }: Blueprint): Row[] {
  const install: Row[] =
    debian === '' ? [] : [[false, '.ci/run', `install the package ${debian} where the tests run`]];
  const samples = `languages/${name}/conformance`;
  const language: Row[] = [
    [
      false,
      'the language',
      `languages/${name}/run.sh: what runs it, in the place of the shell that is there`,
    ],
    [false, 'its manifest', `languages/${name}/language.json: version, kind, package`],
    [false, 'the samples', `${samples} and examples/hello/hello${ending}, written in it`],
  ];
  const unasked: Row = [
    false,
    'the samples',
    `what conform could not ask: ${samples} (docs/new-language.md)`,
  ];
  return [
    ...(isStub ? language : [unasked]),
    [false, 'README.md', 'a row in its table of languages, and in examples/hello/README.md'],
    ...install,
  ];
}

type Row = readonly [isDone: boolean, what: string, how: string];

function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([, what]) => what.length));
  return rows
    .map(([isDone, what, how]) => `  ${isDone ? '✓' : '☐'} ${what.padEnd(width)}  ${how}`)
    .join('\n');
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}
