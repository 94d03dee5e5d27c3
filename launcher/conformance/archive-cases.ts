import { load, returns } from './ask.ts';
import { table } from './subject.ts';

/** Code that comes in an archive. */
export const archiveCases = table([
  {
    title: 'an archive is unpacked, and its root is the working folder',
    from: 'runtimes',
    loads: 'archive',
    sentinels: 1,
    async check(client) {
      await returns(client, {}, { data: 'from the archive' });
    },
  },
  {
    title: 'an archive that holds but one folder is read from inside that folder',
    from: 'own choice',
    known: [{ of: "Apache's runtimes do", sign: /^\/init: / }],
    loads: 'own',
    sentinels: 1,
    async check(client, { samples: { archive } }) {
      const entries = Object.entries(archive.files).map(([name, data]) => [`action/${name}`, data]);
      const files = Object.fromEntries(entries) as typeof archive.files;
      await load(client, { ...archive, files });
      await returns(client, {}, { data: 'from the archive' });
    },
  },
]);
