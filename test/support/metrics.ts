import type { Asked } from './http.ts';
import type { Launcher } from './launcher.ts';

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What a scrape says of one name. */
export interface Family {
  readonly type: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** What there is to document of a metric. */
export interface Own {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly outcomes: readonly string[];
}

const typeNames = ['counter', 'gauge', 'histogram', 'summary', 'untyped'];
const ownPrefix = 'polyglot_launcher_';
const sampleLine = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const labelPair = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/y;

/** One answer of `/metrics`, held to Prometheus' text format 0.0.4: what breaks its rules is no scrape. */
export class Scrape {
  readonly families: ReadonlyMap<string, Family>;

  static async of(launcher: Launcher, asked: Asked = {}): Promise<Scrape> {
    const { status, text } = await launcher.http.ask('/metrics', asked);
    if (status !== 200) throw new Error(`/metrics answered ${status}: ${text}`);
    return new Scrape(text);
  }

  constructor(text: string) {
    if (!text.endsWith('\n')) throw new Error('the last line does not end');
    const families = new Map<string, { type: string; help: string; samples: Sample[] }>();
    let help = '';
    let current: { name: string; samples: Sample[] } | undefined;
    for (const line of text.split('\n').filter((one) => one !== '')) {
      const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
      if (keyword === 'HELP') help = `${name} ${rest}`;
      else if (keyword === 'TYPE') {
        if (families.has(name)) throw new Error(`${name} is told twice`);
        if (!typeNames.includes(rest)) throw new Error(`${name} has the type ${rest}`);
        if (!help.startsWith(`${name} `)) throw new Error(`${name} has no help before its type`);
        current = { name, samples: [] };
        families.set(name, { type: rest, help: help.slice(name.length + 1), ...current });
      } else {
        const sample = readSample(line);
        if (current === undefined) throw new Error(`no type before: ${line}`);
        if (!belongs(sample.name, current.name, families.get(current.name)?.type)) {
          throw new Error(`${line} is no sample of ${current.name}`);
        }
        current.samples.push(sample);
      }
    }
    this.families = families;
    for (const [name, family] of families) check(name, family);
  }

  /** The launcher's own metrics, by their names without what they all begin with. */
  get own(): Own[] {
    const all = [...this.families].filter(([name]) => name.startsWith(ownPrefix));
    return all.map(([name, { type, samples }]) => ({
      name: name.slice(ownPrefix.length),
      type,
      labels: [...new Set(samples.flatMap(({ labels }) => Object.keys(labels)))].filter(
        (label) => label !== 'le',
      ),
      outcomes: samples.flatMap(({ labels: { outcome } }) => outcome ?? []),
    }));
  }

  /** The value of the launcher's sample with this name and these labels. */
  value(name: string, labels: Readonly<Record<string, string>> = {}): number {
    const samples = [...this.families.values()].flatMap((family) => family.samples);
    const wanted = seriesOf(`${ownPrefix}${name}`, labels);
    const found = samples.find((one) => seriesOf(one.name, one.labels) === wanted);
    if (found === undefined) throw new Error(`there is no ${wanted}`);
    return found.value;
  }

  /** The values of a label that are counted, with how often: nothing that is 0. */
  counted(name: string, label = 'outcome'): Record<string, number> {
    const samples = this.families.get(`${ownPrefix}${name}`)?.samples ?? [];
    const entries = samples.map(({ labels, value }) => [labels[label] ?? '', value] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== 0));
  }
}

function readSample(line: string): Sample {
  const [, name, labels = '', number = ''] = sampleLine.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const value = readNumber(number);
  if (value === undefined) throw new Error(`no number: ${line}`);
  return { name, labels: readLabels(labels, line), value };
}

/** As Go's ParseFloat does, which looks at no case where there are no digits. */
function readNumber(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  const value = Number(text);
  return Number.isNaN(value) ? undefined : value;
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let at = 0; at < text.length; at = labelPair.lastIndex) {
    labelPair.lastIndex = at;
    const [, name, value] = labelPair.exec(text) ?? [];
    if (name === undefined || value === undefined) throw new Error(`no labels: ${line}`);
    if (name in labels) throw new Error(`${name} twice: ${line}`);
    labels[name] = value.replaceAll(/\\(.)/g, (_, one: string) => (one === 'n' ? '\n' : one));
  }
  return labels;
}

function belongs(sample: string, family: string, type: string | undefined): boolean {
  if (type !== 'histogram') return sample === family;
  return ['_bucket', '_sum', '_count'].some((ending) => sample === family + ending);
}

function check(name: string, { type, samples }: Family): void {
  const all = samples.map((one) => seriesOf(one.name, one.labels));
  if (new Set(all).size < all.length) throw new Error(`${name} has a series twice`);
  if (type === 'histogram') checkHistogram(name, samples);
}

/** Buckets count what is in the ones before, too; the last one has all. */
function checkHistogram(name: string, samples: readonly Sample[]): void {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples.filter((one) => one.name === `${name}_bucket`)) {
    const others = Object.entries(sample.labels).filter(([label]) => label !== 'le');
    const key = seriesOf(`${name}_count`, Object.fromEntries(others));
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  for (const [key, buckets] of groups) {
    const counts = buckets.map(({ value }) => value);
    const bounds = buckets.map(({ labels: { le = '' } }) =>
      le === '+Inf' ? Infinity : Number(le),
    );
    const all = samples.find((one) => seriesOf(one.name, one.labels) === key)?.value;
    const isSorted = [counts, bounds].every((list) => isAscending(list));
    if (!isSorted || bounds.at(-1) !== Infinity || counts.at(-1) !== all) {
      throw new Error(`${key} has buckets ${counts.join(' ')} up to ${bounds.join(' ')}`);
    }
  }
}

function isAscending(list: readonly number[]): boolean {
  return list.every((one, at) => at === 0 || (list[at - 1] ?? 0) <= one);
}

function seriesOf(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name}${JSON.stringify(Object.entries(labels).sort())}`;
}
