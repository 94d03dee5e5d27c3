// Writes what OpenWhisk asks of a runtime beside its images, from the manifests of languages/: platform/ and docs/actions-*.md.
// With --check it writes nothing, names what differs and fails.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

import { readLanguages, readSettings } from './platform/languages.js';
import { pageOf } from './platform/page.js';
import { readme } from './platform/readme.js';
import { runtimes } from './platform/runtimes.js';
import { suites } from './platform/suites.js';
import { testActions } from './platform/test-actions.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Every generated file by its path in the repository. */
async function generate() {
  const languages = readLanguages(root);
  const settings = readSettings(root);
  const formatted = {
    'platform/runtimes.json': JSON.stringify(runtimes(languages, settings)),
    'platform/README.md': readme(languages, settings),
  };
  for (const language of languages) {
    formatted[`docs/actions-${language.name}.md`] = pageOf(language, settings);
  }
  const asTheyAre = { ...testActions(languages), ...suites(root, languages) };
  const files = new Map(Object.entries(asTheyAre));
  for (const [path, text] of Object.entries(formatted)) {
    const filepath = join(root, path);
    files.set(path, await format(text, { ...(await resolveConfig(filepath)), filepath }));
  }
  return files;
}

/** Generated files that are there. */
function existing() {
  const all = readdirSync(join(root, 'platform'), { recursive: true, withFileTypes: true });
  const inPlatform = all
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => path !== 'platform/settings.json');
  const pages = readdirSync(join(root, 'docs')).filter((name) => /^actions-.*\.md$/.test(name));
  return [...inPlatform, ...pages.map((name) => `docs/${name}`)];
}

function read(path) {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

const files = await generate();
const stale = existing().filter((path) => !files.has(path));
const changed = [...files.keys()].filter((path) => read(path) !== files.get(path));
if (process.argv.includes('--check')) {
  for (const path of [...changed, ...stale]) {
    console.error(`${path} is not what the manifests say: run npm run platform-files`);
    process.exitCode = 1;
  }
} else {
  for (const path of stale) rmSync(join(root, path));
  for (const path of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), files.get(path));
  }
  for (const path of [...changed, ...stale].sort()) console.log(path);
}
