import { Command, CommanderError } from 'commander';

import type { ConformRequest } from './conform.ts';
import { flags, SettingsError } from '../settings.ts';
import type { LanguageRequest } from '../scaffold/request.ts';
import type { Environment } from '../settings.ts';
import type { Host } from './host.ts';

/** What the command line asks for. @returns the exit code, or undefined for what goes on until a signal */
export type Run = (host: Host) => Promise<number | undefined>;

/** Takes what a command is to do, once the command line named it. */
type Ask = (run: Run) => void;
type Options = Readonly<Record<string, string>>;

const done = 0;
const failed = 1;

/**
 * Reads the command line. The library of a command is loaded when that is run, and for nobody else.
 * @throws SettingsError for what it does not know
 */
export function parseCommandLine(argv: readonly string[], version: string): Run {
  let asked: Run | undefined;
  let printed = '';
  const program = new Command('polyglot-launcher')
    .description('Runs an OpenWhisk action written in any language, on POST /init and POST /run.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined });
  for (const offer of offers) offer(program, (run) => (asked = run));
  try {
    program.parse(spelledOut(argv), { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    // What it suggests stands in a line of its own.
    const said = thrown.message.replaceAll('\n', ' ');
    if (thrown.exitCode !== 0) throw new SettingsError(said, { cause: thrown });
  }
  return asked ?? printing(() => printed);
}

/** The server, which is also what runs without a command line. */
const serving =
  (given: Environment): Run =>
  async ({ settings, keepRunning }) => {
    const { serve } = await import('./serve.ts');
    return keepRunning(settings(given), serve);
  };

function printing(text: () => string | Promise<string>): Run {
  return async ({ print }) => {
    print(await text());
    return done;
  };
}

const offers: readonly ((program: Command, ask: Ask) => void)[] = [
  offerServe,
  offerDev,
  offerCompile,
  offerLanguages,
  offerPrepare,
  offerDoctor,
  offerConform,
  offerNewLanguage,
];

function offerServe(program: Command, ask: Ask): void {
  withFlags(program.command('serve').argument('[path]', 'file or folder of the action'))
    .description('the server for production, which is also what runs without a command: silent')
    .action((path: string | undefined, options: Options) =>
      ask(serving(settingsOf(options, path))),
    );
}

type DevOptions = Options & { readonly inspect?: boolean };

function offerDev(program: Command, ask: Ask): void {
  withFlags(program.command('dev').argument('[path]', 'file or folder of the action'))
    .description('the server for a person: readable logs, reload on change, and what to try')
    .option('--inspect', 'start the action under the debugger of its language')
    .action((path: string | undefined, { inspect = false, ...options }: DevOptions) =>
      ask(async ({ settings, keepRunning }) => {
        const { dev } = await import('./dev.ts');
        return keepRunning(settings(settingsOf(options, path)), (read, outside) =>
          dev(read, outside, inspect),
        );
      }),
    );
}

type CompileOptions = Options & { readonly main: string; readonly env?: string };

function offerCompile(program: Command, ask: Ask): void {
  withFlag(program.command('compile'), 'OW_LANGUAGE')
    .description('builds ahead of time: source or archive on stdin, a zip on stdout')
    .option('--main <name>', 'the entry point', 'main')
    .option('--env <json>', 'environment of the compiler, as a JSON object')
    .action(({ main, env, ...options }: CompileOptions) =>
      ask(async ({ settings, untilSignal }) => {
        const { compileAction } = await import('./compile.ts');
        const read = settings(settingsOf(options));
        await untilSignal((signal) => compileAction({ main, env }, read, signal));
        return done;
      }),
    );
}

function offerLanguages(program: Command, ask: Ask): void {
  program
    .command('languages')
    .description('which languages there are, and what this machine has for them')
    .action(() =>
      ask(printing(async () => `${await (await import('./languages.ts')).languagesTable()}\n`)),
    );
}

function offerPrepare(program: Command, ask: Ask): void {
  program
    .command('prepare')
    .description('gets once what languages need beyond their package, as images do')
    .argument('[languages...]', 'all that are installed, if none is named')
    .action((names: string[]) =>
      ask(async ({ settings, untilSignal, print }) => {
        const { prepareLanguages } = await import('./prepare.ts');
        const read = settings({});
        print(`${await untilSignal((signal) => prepareLanguages(names, read, signal))}\n`);
        return done;
      }),
    );
}

type DoctorOptions = Options & { readonly json?: boolean };

function offerDoctor(program: Command, ask: Ask): void {
  withFlags(program.command('doctor'))
    .description('checks this machine or image, with one real activation per language')
    .option('--json', 'one JSON object instead of a table')
    .action(({ json = false, ...options }: DoctorOptions) =>
      ask(async ({ settings, untilSignal, print }) => {
        const { diagnose, readable } = await import('./doctor.ts');
        const read = settings(settingsOf(options));
        const diagnosis = await untilSignal((signal) => diagnose(read, signal));
        print(`${json ? JSON.stringify(diagnosis, undefined, 2) : readable(diagnosis)}\n`);
        return diagnosis.isHealthy ? done : failed;
      }),
    );
}

type ConformOptions = ConformRequest & { readonly json?: boolean };

function offerConform(program: Command, ask: Ask): void {
  program
    .command('conform')
    .description('tries the action interface against a language, an image or any server')
    .option('--language <name>', 'the language of the samples; alone: this launcher with it')
    .option('--image <name>', 'an image that docker has, a container for each case')
    .option('--url <url>', 'a server without an action: the cases that one server can be asked')
    .option('--command <line>', 'a shell command that starts a server on $PORT, for each case')
    .option('--port <number>', 'where the command listens if not on $PORT: one case at a time')
    .option('--case <text>', 'only the cases whose titles hold this text')
    .option('--strict', 'what is but a choice of polyglot-launcher has to hold, too')
    .option('--json', 'one JSON object instead of a table')
    .action(({ json = false, ...request }: ConformOptions) =>
      ask(async ({ settings, untilSignal, print }) => {
        const { conform, readable } = await import('./conform.ts');
        const read = settings({});
        const report = await untilSignal((signal) => conform(request, read, signal));
        print(`${json ? JSON.stringify(report, undefined, 2) : readable(report)}\n`);
        return report.counts.fails === 0 ? done : failed;
      }),
    );
}

type NewLanguageOptions = Omit<LanguageRequest, 'name'>;

function offerNewLanguage(program: Command, ask: Ask): void {
  program
    .command('new-language')
    .description('scaffolds a language in a checkout of this repository')
    .argument('<name>', 'what it is called here')
    .option('--run <command>', "what runs an action's file, such as tclsh")
    .option('--actions <folder>', 'hello.ENDING and echo.ENDING, written in the language')
    .option('--comment <sign>', 'what makes the rest of a line a comment')
    .option('--package <name>', 'the Debian package that brings it')
    .option('--kind <kind>', "the platform's name for it (NAME:VERSION)")
    .option('--version-command <command>', 'what prints its version (PROGRAM --version)')
    .action((name: string, options: NewLanguageOptions) =>
      ask(
        printing(async () => (await import('./new-language.ts')).newLanguage({ name, ...options })),
      ),
    );
}

/** The ActionLoop proxy's `-compile main` and `-env json` mean `compile --main main --env json`. */
function spelledOut(argv: readonly string[]): readonly string[] {
  if (!argv.includes('-compile')) return argv;
  const words = argv.map((word) => spellings[word] ?? word);
  return ['compile', ...words];
}

const spellings: Readonly<Record<string, string>> = { '-compile': '--main', '-env': '--env' };

function withFlags(command: Command): Command {
  return flags.reduce((sofar, { name }) => withFlag(sofar, name), command);
}

function withFlag(command: Command, setting: string): Command {
  const { flag, help } = flags.find(({ name }) => name === setting) ?? { flag: '', help: '' };
  return command.option(`${flag} <value>`, `${help} (${setting})`);
}

/** Flags are named after variables, and say the same. */
function settingsOf(options: Options, path?: string): Environment {
  const given = flags.flatMap(({ flag, name }): [string, string][] => {
    const value = options[camelCase(flag)];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(given), ...(path === undefined ? {} : { OW_AUTOINIT: path }) };
}

function camelCase(flag: string): string {
  return flag.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
