// What has to be known of a Rust action before it is compiled.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const usualRoots = ['src/lib.rs', 'lib.rs', 'main.rs'];
/** What is prepared, with features that it has. */
const prepared = {
  serde: /^(derive|std|default)$/,
  serde_derive: /^default$/,
  serde_json: /^(std|default|raw_value)$/,
};

/**
 * @param {string} folder
 * @returns {{root: string | undefined, edition: string, name?: string, needsCargo: boolean}} root: the file that rustc
 *   is given; name: of the package; needsCargo: whether it asks for more than what is prepared
 */
export function crateIn(folder) {
  const file = join(folder, 'Cargo.toml');
  const manifest = existsSync(file) ? tablesOf(readFileSync(file, 'utf8')) : {};
  const { edition = Object.keys(manifest).length > 0 ? '2015' : '2021', name } =
    manifest.package ?? {};
  const roots = [manifest.lib?.path, ...usualRoots, ...loneSource(folder)];
  const root = roots.find((path) => path !== undefined && existsSync(join(folder, path)));
  const needsCargo = !isPlain(manifest) || existsSync(join(folder, 'build.rs'));
  return { root, edition, name, needsCargo };
}

function loneSource(folder) {
  const sources = readdirSync(folder).filter((name) => name.endsWith('.rs'));
  return sources.length === 1 ? sources : [];
}

function isPlain({ package: about = {}, lib = {}, dependencies = {}, ...others }) {
  const { build, links } = about;
  const tables = Object.keys(others).filter((name) => !/^(dev-dependencies|profile)\b/.test(name));
  const given = Object.entries(dependencies);
  if (build ?? links ?? lib['proc-macro'] ?? tables[0]) return false;
  return given.every(([name, wanted]) => name in prepared && isPrepared(prepared[name], wanted));
}

function isPrepared(features, wanted) {
  const {
    version,
    features: asked = [],
    ...others
  } = wanted.version ? wanted : { version: wanted };
  const isAnyOne = /^\^?1(\.0(\.\d+)?)?$/.test(version);
  return isAnyOne && Object.keys(others).length === 0 && asked.every((name) => features.test(name));
}

/** As much of TOML as manifests are written in; what is not understood is kept as the text that it is. */
function tablesOf(text) {
  const tables = {};
  let table = {};
  for (const line of text.split('\n')) {
    const header = /^\s*\[+\s*([^\]]+?)\s*\]+/.exec(line)?.[1];
    const [, key, value] = /^\s*"?([\w-]+)"?\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (header !== undefined) table = tableNamed(tables, header);
    else if (key !== undefined) table[key] = valueOf(value);
  }
  return tables;
}

function tableNamed(tables, header) {
  const [, crate] = /^dependencies\.(.+)$/.exec(header) ?? [];
  if (crate === undefined) return (tables[header] ??= {});
  tables.dependencies ??= {};
  return (tables.dependencies[crate] ??= {});
}

function valueOf(text) {
  const string = /^"([^"]*)"/.exec(text) ?? /^'([^']*)'/.exec(text);
  if (string !== null) return string[1];
  if (text.startsWith('[')) return [...text.matchAll(/"([^"]*)"/g)].map(([, item]) => item);
  if (!text.startsWith('{')) return text;
  const pairs = text.matchAll(/([\w-]+)\s*=\s*("[^"]*"|\[[^\]]*\]|[^,}\s]+)/g);
  return Object.fromEntries([...pairs].map(([, key, value]) => [key, valueOf(value)]));
}
