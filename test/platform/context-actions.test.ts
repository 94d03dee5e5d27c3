import { expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';

import { Languages } from '../../launcher/languages.ts';
import { languagesFolder } from '../../launcher/paths.ts';
import { isTestable } from '../support/installed.ts';
import { serving } from '../support/launcher.ts';

const folder = join(import.meta.dirname, '../../tests/dat/actions/context');
const languages = Languages.read(languagesFolder);

/** What `BasicActionRunnerTests` sends: the host by the container, the rest by the request. */
const context = {
  api_key: 'abc',
  namespace: 'zzz',
  action_name: 'xxx',
  action_version: '0.0.1',
  activation_id: 'iii',
  deadline: '123',
};

for (const file of readdirSync(folder)) {
  const language = languages.named(parse(file).name);
  const testOrSkip = isTestable(language) ? test : test.skip;
  testOrSkip(`tests/dat/actions/context/${file} tells its context`, () =>
    serving({ env: { OW_LANGUAGE: language.name, __OW_API_HOST: 'xyz' } }, async (launcher) => {
      await launcher.load(readFileSync(join(folder, file), 'utf8'));
      const { status, json } = await launcher.run({}, context);
      expect({ status, json }).toEqual({ status: 200, json: { api_host: 'xyz', ...context } });
      expect(launcher.stdout.actionText.trim()).toBe('');
      expect(launcher.stderr.actionText.trim()).toBe('');
    }),
  );
}
