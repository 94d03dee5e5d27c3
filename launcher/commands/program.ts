import { Command, CommanderError } from 'commander';

import type { CompileRequest } from './compile.ts';
import { flags, SettingsError } from '../settings.ts';
import type { Environment } from '../settings.ts';

/** What the command line asks for. */
export type Asked =
  | { readonly name: 'serve'; readonly given: Environment }
  | { readonly name: 'dev'; readonly given: Environment; readonly inspect: boolean }
  | { readonly name: 'languages' }
  | { readonly name: 'compile'; readonly given: Environment; readonly request: CompileRequest }
  | { readonly name: 'prepare'; readonly languages: readonly string[] }
  | { readonly name: 'print'; readonly text: string };

type Options = Readonly<Record<string, string>>;
type CompileOptions = Options & { readonly main: string; readonly env?: string };
type DevOptions = Options & { readonly inspect?: boolean };

/**
 * Reads the command line.
 * @throws SettingsError for what it does not know
 */
export function parseCommandLine(argv: readonly string[], version: string): Asked {
  let asked: Asked | undefined;
  let printed = '';
  const program = new Command('polyglot-launcher')
    .description('Runs an OpenWhisk action written in any language, on POST /init and POST /run.')
    .version(version)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: (text) => (printed += text), writeErr: () => undefined });
  const server = (name: string): Command =>
    withFlags(program.command(name).argument('[path]', 'file or folder of the action'));
  server('serve')
    .description('the server for production, which is also what runs without a command: silent')
    .action((path: string | undefined, options: Options) => {
      asked = { name: 'serve', given: settingsOf(options, path) };
    });
  server('dev')
    .description('the server for a person: readable logs, reload on change, and what to try')
    .option('--inspect', 'start the action under the debugger of its language')
    .action((path: string | undefined, { inspect, ...options }: DevOptions) => {
      asked = { name: 'dev', given: settingsOf(options, path), inspect: inspect ?? false };
    });
  program
    .command('languages')
    .description('which languages there are, and what this machine has for them')
    .action(() => {
      asked = { name: 'languages' };
    });
  withFlag(program.command('compile'), 'OW_LANGUAGE')
    .description('builds ahead of time: source or archive on stdin, a zip on stdout')
    .option('--main <name>', 'the entry point', 'main')
    .option('--env <json>', 'environment of the compiler, as a JSON object')
    .action(({ main, env, ...options }: CompileOptions) => {
      asked = { name: 'compile', given: settingsOf(options, undefined), request: { main, env } };
    });
  program
    .command('prepare')
    .description('gets once what languages need beyond their package, as images do')
    .argument('[languages...]', 'all that are installed, if none is named')
    .action((languages: string[]) => {
      asked = { name: 'prepare', languages };
    });
  try {
    program.parse(spelledOut(argv), { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) throw new SettingsError(thrown.message, { cause: thrown });
  }
  return asked ?? { name: 'print', text: printed };
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
function settingsOf(options: Options, path: string | undefined): Environment {
  const given = flags.flatMap(({ flag, name }): [string, string][] => {
    const value = options[camelCase(flag)];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(given), ...(path === undefined ? {} : { OW_AUTOINIT: path }) };
}

function camelCase(flag: string): string {
  return flag.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
