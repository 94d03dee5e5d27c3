import { tmpdir } from 'node:os';

import { coreCount } from './loop/cores.ts';

/** A setting that can't be used: `message` is the one line that the user gets, the exit code is 2. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

interface Row<T> {
  /** Environment variables that set it, the first one that is set wins. The flag is made from the first. */
  readonly names: readonly string[];
  readonly byDefault: T;
  readonly help: string;
  readonly parse: Parser<T>;
}

interface Parser<T> {
  readonly expected: string;
  /** The value, or undefined for a text that is not what was expected. */
  read(text: string): T | undefined;
}

const text: Parser<string | undefined> = { expected: 'a text', read: (given) => given };

const port: Parser<number> = {
  expected: 'a TCP port from 0 to 65535',
  read: (given) => wholeNumber(given, 0, 65_535),
};

const count: Parser<number> = {
  expected: 'a whole number, 0 or more',
  read: (given) => wholeNumber(given, 0, Number.MAX_SAFE_INTEGER),
};

const positive: Parser<number> = {
  expected: 'a whole number, 1 or more',
  read: (given) => wholeNumber(given, 1, Number.MAX_SAFE_INTEGER),
};

const workers: Parser<number> = {
  expected: 'auto, or a whole number, 1 or more',
  read: (given) => (given === 'auto' ? coreCount() : positive.read(given)),
};

const onOrOff: Parser<boolean> = {
  expected: '1, true, yes, 0, false or no',
  read: (given) => switches.get(given.toLowerCase()),
};

const onOffOrUnset: Parser<boolean | undefined> = onOrOff;

/** A switch that may name its path: `off` is the empty text. */
const path: Parser<string> = {
  expected: 'a path that starts with a slash, or a switch',
  read: (given) => (given.startsWith('/') ? given : pathOfSwitch(given)),
};

function pathOfSwitch(given: string): string | undefined {
  const isOn = onOrOff.read(given);
  return isOn === undefined ? undefined : isOn ? '/ws' : '';
}

const logFormat: Parser<'raw' | 'json'> = {
  expected: 'raw or json',
  read: (given) => (given === 'raw' || given === 'json' ? given : undefined),
};

const platform: Parser<'openwhisk' | 'knative'> = {
  expected: 'openwhisk or knative',
  read: (given) => (given === 'openwhisk' || given === 'knative' ? given : undefined),
};

const knownMethods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** `[GET,POST]`, as the OpenWhisk runtimes write it, or without the brackets. */
const methods: Parser<readonly string[]> = {
  expected: `a list such as [GET,POST] out of ${knownMethods.join(', ')}`,
  read: (given) => {
    const names = given.replace(/^\[(.*)\]$/, '$1').split(',');
    const named = names.map((name) => name.trim().toUpperCase());
    return named.every((name) => knownMethods.includes(name)) ? named : undefined;
  },
};

const list: Parser<readonly string[] | undefined> = {
  expected: 'a list, separated by commas',
  read: (given) => given.split(',').flatMap((one) => one.trim() || []),
};

const switches: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['0', false],
  ['false', false],
  ['no', false],
]);

function wholeNumber(given: string, least: number, most: number): number | undefined {
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

function row<T>(names: string, byDefault: NoInfer<T>, parse: Parser<T>, help: string): Row<T> {
  return { names: names.split(' '), byDefault, parse, help };
}

/** One row a setting; section 2 of the contract in docs/settings.md says the same to users. */
const rows = {
  port: row('PORT FLASK_PROXY_PORT', 8080, port, 'TCP port'),
  host: row('HOST', undefined, text, 'the interface to listen on (all)'),
  language: row('OW_LANGUAGE', undefined, text, 'language of the code that /init brings'),
  autoinit: row('OW_AUTOINIT', undefined, text, 'file or folder to initialise from at start'),
  autoinitMain: row('OW_AUTOINIT_MAIN', 'main', text, 'its entry point'),
  compiler: row('OW_COMPILER', undefined, text, 'run as COMPILER main srcDir binDir'),
  waitForAck: row('OW_WAIT_FOR_ACK', false, onOrOff, 'executables acknowledge their start on fd 3'),
  executionEnv: row('OW_EXECUTION_ENV', undefined, text, 'what exec.env has to say'),
  saveJar: row('OW_SAVE_JAR', undefined, text, 'file name under which a jar is kept whole'),
  logInitError: row('OW_LOG_INIT_ERROR', undefined, onOffOrUnset, 'init failures go to the logs'),
  install: row('OW_INSTALL', false, onOrOff, 'install declared dependencies at init'),
  buildCache: row('OW_BUILD_CACHE', undefined, text, 'folder that keeps what was built'),
  stub: row('OW_STUB', undefined, text, 'executable that stands in until /init brings code'),
  allowReinit: row('PROXY_ALLOW_REINIT', false, onOrOff, '/init may be called again'),
  websocket: row('OW_WEBSOCKET', '', path, 'path of the WebSocket server'),
  websocketOrigin: row('OW_WEBSOCKET_ORIGIN', undefined, list, 'origins or hosts that may connect'),
  websocketToken: row('OW_WEBSOCKET_TOKEN', undefined, text, 'what who connects has to know'),
  workers: row('OW_WORKERS', 1, workers, 'loops that share the work; auto is one a core'),
  allowConcurrent: row('__OW_ALLOW_CONCURRENT', false, onOrOff, 'activations may overlap'),
  queue: row('OW_QUEUE', 1000, count, 'activations that may wait'),
  timeoutMs: row('OW_TIMEOUT_MS', 0, count, 'longest activation, 0 for no limit'),
  initTimeoutMs: row('OW_INIT_TIMEOUT_MS', 60_000, positive, 'longest initialisation'),
  graceMs: row('OW_GRACE_MS', 10_000, count, 'how long running activations may take to end'),
  maxBodyBytes: row('OW_MAX_BODY_BYTES', 72 * 1024 ** 2, positive, 'longest request and result'),
  maxUnpackedBytes: row(
    'OW_MAX_UNPACKED_BYTES',
    1024 ** 3,
    positive,
    'what an archive may unpack to',
  ),
  maxEntries: row('OW_MAX_ENTRIES', 100_000, positive, 'how many entries an archive may have'),
  logFormat: row('OW_LOG_FORMAT', 'raw', logFormat, 'raw or json'),
  console: row('OW_CONSOLE', undefined, onOffOrUnset, 'the web console at /'),
  metrics: row('OW_METRICS', undefined, onOffOrUnset, 'Prometheus metrics at /metrics'),
  runtimePlatform: row('__OW_RUNTIME_PLATFORM', 'openwhisk', platform, 'openwhisk or knative'),
  httpMethods: row('__OW_HTTP_METHODS', ['POST'], methods, 'knative: what / takes'),
  actionCode: row('__OW_ACTION_CODE', undefined, text, 'knative: the code, which then is the only'),
  actionMain: row('__OW_ACTION_MAIN', undefined, text, 'knative: its entry point'),
  actionBinary: row('__OW_ACTION_BINARY', undefined, onOffOrUnset, 'knative: it is base64'),
  actionName: row('__OW_ACTION_NAME', undefined, text, "knative: the action's name"),
  actionRaw: row('__OW_ACTION_RAW', false, onOrOff, 'knative: it gets the body as it is'),
  debug: row('OW_DEBUG', false, onOrOff, "the launcher's own diagnostics on stderr"),
};

type Values = { readonly [K in keyof typeof rows]: (typeof rows)[K]['byDefault'] | ParsedBy<K> };
type ParsedBy<K extends keyof typeof rows> = Exclude<
  ReturnType<(typeof rows)[K]['parse']['read']>,
  undefined
>;

export interface Settings extends Values {
  /** The container's environment, as it was at start, with the flags on top. */
  readonly environment: Environment;
  /** The flags, by the names of their variables. */
  readonly given: Environment;
  /** The one folder that is written to. */
  readonly temporaryFolder: string;
}

export type Environment = Readonly<Record<string, string>>;

/** A flag a setting: `OW_TIMEOUT_MS` is `--timeout-ms`. */
export const flags: readonly {
  readonly name: string;
  readonly flag: string;
  readonly help: string;
}[] = Object.values(rows).map(({ names, help }) => ({
  name: names[0] ?? '',
  flag: flagOf(names[0] ?? ''),
  help,
}));

function flagOf(name: string): string {
  const words = name.replace(/^(__OW|OW|PROXY)_/, '').toLowerCase();
  return `--${words.replaceAll('_', '-')}`;
}

/** What the user set a setting with: its flag or its variable. */
export function askedAs(settings: Settings, name: string): string {
  return nameAsked(settings.given, name);
}

function nameAsked(given: Environment, name: string): string {
  return name in given ? flagOf(name) : name;
}

/** Which of `names` somebody set to something; `actionloop` claims a bare `exec` by that. */
export function isAnySet(settings: Settings, names: readonly string[]): boolean {
  return names.some((name) => onOrOff.read(settings.environment[name] ?? '0') ?? true);
}

/**
 * Reads every setting.
 * @param given flags by the name of their variable; they win over `environment`
 * @throws SettingsError naming the setting, what was expected and what was given
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
  given: Environment = {},
): Settings {
  const merged = definedOnly({ ...environment, ...given });
  const values = Object.entries(rows).map(([key, one]) => [key, readRow(one, merged, given)]);
  const settings = {
    ...(Object.fromEntries(values) as Values),
    environment: merged,
    given,
    temporaryFolder: tmpdir(),
  };
  return settings;
}

function readRow(one: Row<unknown>, merged: Environment, given: Environment): unknown {
  const name = one.names.find((candidate) => merged[candidate]);
  const value = name === undefined ? undefined : merged[name];
  if (name === undefined || value === undefined) return one.byDefault;
  const parsed = one.parse.read(value);
  if (parsed !== undefined) return parsed;
  const asked = nameAsked(given, name);
  throw new SettingsError(`${asked}: expected ${one.parse.expected}, got ${JSON.stringify(value)}`);
}

function definedOnly(environment: Readonly<Record<string, string | undefined>>): Environment {
  const entries = Object.entries(environment).filter((pair): pair is [string, string] => {
    return pair[1] !== undefined;
  });
  return Object.fromEntries(entries);
}

/** The environment of this process, read in this file only. */
export function processEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}
