import { describe, expect, test } from '@jest/globals';

import { readSamples } from '../../../launcher/conformance/samples.ts';
import type { Samples } from '../../../launcher/conformance/subject.ts';
import { withFolder } from '../../support/folders.ts';

const sheet = {
  comment: '#',
  mains: { niam: 'Niam.main' },
  broken: { told: 'see', detail: 'syntax' },
  noEntry: 'x',
};
const sources = ['echo', 'silent', 'niam', 'text', 'sorry', 'list', 'surroundings', 'snowman'];
const files = Object.fromEntries([...sources, 'crash', 'broken'].map((name) => [name, '.x']));
const archive = { 'archive/main.x': 'use lib/a', 'archive/lib/a.x': 'a' };

/** Samples that are right, but for what is laid over them: `undefined` takes a file or key away. */
async function reading(
  over: { files?: Record<string, string | undefined>; sheet?: Record<string, unknown> },
  body: (read: () => Samples) => void,
): Promise<void> {
  const named = Object.entries(files).map(([name, ending]) => [`${name}${ending}`, name]);
  const all = { ...Object.fromEntries(named), ...archive, ...over.files } as Record<string, string>;
  const kept = Object.entries(all).filter(([, text]) => (text as unknown) !== undefined);
  const inFolder = [...kept, ['samples.json', JSON.stringify({ ...sheet, ...over.sheet })]];
  const placed = inFolder.map(([name, text]) => [`conformance/${name ?? ''}`, text]);
  await withFolder(Object.fromEntries(placed) as Record<string, string>, (folder) => {
    body(() => readSamples({ name: 'x', folder }));
    return Promise.resolve();
  });
}

describe('The samples of a language', () => {
  test('are files and folders, told by their names without ending', () =>
    reading({ files: { 'nothing.x': 'nothing' } }, (read) => {
      const samples = read();
      expect(samples.echo).toEqual({ source: 'echo' });
      expect(samples.niam).toEqual({ source: 'niam', main: 'Niam.main' });
      expect(samples.archive).toEqual({ files: { 'main.x': 'use lib/a', 'lib/a.x': 'a' } });
      expect(samples.broken).toEqual({ source: 'broken', told: /see/, detail: /syntax/ });
      expect(samples.nothing).toEqual({ source: 'nothing' });
      expect(samples.throws).toBeUndefined();
    }));

  test('may be told with how a throw surfaces', () =>
    reading(
      {
        files: { 'throws.x': 'throw' },
        sheet: { throws: { status: 200, error: 'no+', log: 'n' } },
      },
      (read) =>
        expect(read().throws).toEqual({ source: 'throw', status: 200, error: /no+/, log: /n/ }),
    ));

  test.each<[string, Parameters<typeof reading>[0], string]>([
    [
      'a sample that all have',
      { files: { 'silent.x': undefined } },
      'languages/x/conformance: the sample silent is missing',
    ],
    [
      'an archive that is a folder',
      {
        files: { 'archive/main.x': undefined, 'archive/lib/a.x': undefined, 'archive.x': 'x' },
      },
      'archive has to be a folder',
    ],
    ['a key', { sheet: { comment: undefined } }, 'samples.json: "comment" has to be a text'],
    [
      'a key inside',
      { sheet: { broken: { told: 'x' } } },
      '"broken.detail" has to be a text, not undefined',
    ],
    ['how it throws', { files: { 'throws.x': 'x' } }, 'the key "throws" of samples.json'],
  ])('lack %s, and are refused', (_, over, message) =>
    reading(over, (read) => expect(read).toThrow(message)),
  );

  test.each<[string, Parameters<typeof reading>[0], string]>([
    ['two files of one name', { files: { 'echo.y': 'x' } }, 'echo.x and echo.y are one sample'],
    ['a file that is none', { files: { 'ecco.x': 'x' } }, 'no sample is called ecco'],
    ['an unknown key', { sheet: { comments: '#' } }, 'the key "comments" is unknown'],
    ['an entry of none', { sheet: { mains: { ecco: 'x' } } }, 'the key "mains.ecco"'],
    ['a wrong pattern', { sheet: { noEntry: '(' } }, '"noEntry" has to be a regular expression'],
    ['a list of entries', { sheet: { mains: [] } }, 'mains has to be an object'],
  ])('have %s, and are refused', (_, over, message) =>
    reading(over, (read) => expect(read).toThrow(message)),
  );

  test('may lack others, which is told to who asks for them', () =>
    reading({ files: { 'list.x': undefined } }, (read) => {
      const samples = read();
      expect(samples.text).toEqual({ source: 'text' });
      expect(() => samples.list).toThrow('the sample list is missing');
    }));

  test('are told to be missing where there is no folder', () =>
    withFolder({}, (folder) => {
      const read = (): Samples => readSamples({ name: 'x', folder });
      expect(read).toThrow('languages/x/conformance/ is missing');
      return Promise.resolve();
    }));
});
