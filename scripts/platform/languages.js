import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';

/**
 * A language with all that its files say of it.
 * @typedef {object} Language
 * @property {string} name
 * @property {string} kind e.g. `python:3.11`; `blackbox` where the platform has no kind for it
 * @property {string} family the kind without its version
 * @property {boolean} isManaged whether the platform has a kind for it
 * @property {boolean} takesExecutables whether any executable is an action in it
 * @property {boolean} hasStub whether its image answers before there is code
 * @property {string} title
 * @property {string} readme its README without the title
 * @property {{ file: string, text: string }} hello the example, by its path in the repository
 * @property {Readonly<Record<string, { text: string, main: string | undefined }>>} samples
 */

/** @returns {Language[]} all of languages/ */
export function readLanguages(root) {
  const folder = join(root, 'languages');
  const names = readdirSync(folder).filter((name) =>
    existsSync(join(folder, name, 'language.json')),
  );
  return names.sort().map((name) => readLanguage(root, name));
}

/** What an operator decides: the prefix and tag of the images, and which containers wait for work. */
export function readSettings(root) {
  return readJson(join(root, 'platform/settings.json'));
}

function readLanguage(root, name) {
  const folder = join(root, 'languages', name);
  const manifest = readJson(join(folder, 'language.json'));
  const [heading, ...readme] = readFileSync(join(folder, 'README.md'), 'utf8').split('\n');
  return {
    ...manifest,
    family: manifest.kind.split(':')[0],
    isManaged: manifest.kind !== 'blackbox',
    takesExecutables: manifest.inline === 'exec',
    hasStub: hasStub(root, name),
    title: heading.replace(/^# /, ''),
    readme: readme.join('\n').trim(),
    hello: helloOf(root, manifest),
    samples: samplesOf(join(folder, 'conformance')),
  };
}

/** Whether its image answers before there is code. */
function hasStub(root, name) {
  const dockerfile = readFileSync(join(root, 'images/Dockerfile'), 'utf8');
  return new RegExp(`OW_LANGUAGE=${name} OW_STUB=`).test(dockerfile);
}

/** `hello.ENDING`, however capitalised, or the entry file of the folder `hello-NAME`. */
function helloOf(root, { name, files, entries }) {
  const folder = 'examples/hello';
  const own = `hello-${name}`;
  const all = readdirSync(join(root, folder));
  const file = all.includes(own)
    ? `${own}/${entries.find((entry) => existsSync(join(root, folder, own, entry)))}`
    : files.flatMap((ending) => all.filter((one) => one.toLowerCase() === `hello${ending}`))[0];
  if (file === undefined) throw new Error(`${folder} has no example for ${name}`);
  return { file: `${folder}/${file}`, text: readFileSync(join(root, folder, file), 'utf8') };
}

function samplesOf(folder) {
  const { mains } = readJson(join(folder, 'samples.json'));
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const { name } = parse(entry.name);
      return [name, { text: readFileSync(join(folder, entry.name), 'utf8'), main: mains[name] }];
    }),
  );
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
