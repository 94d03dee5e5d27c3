import { join } from 'node:path';

import { root } from '../paths.ts';
import { readActions, renamed } from '../scaffold/actions.ts';
import { Checkout } from '../scaffold/checkout.ts';
import { dockerfile, withTarget } from '../scaffold/dockerfile.ts';
import { filesOf } from '../scaffold/language-files.ts';
import { completed, readRequest } from '../scaffold/request.ts';
import type { LanguageRequest } from '../scaffold/request.ts';
import { report } from '../scaffold/steps.ts';

/** What stands in for the programs of a language that nobody brings. */
const stubActions = 'examples/new-language/stub';

/**
 * Makes all files of a new language in this checkout, or none of them.
 * @returns what was made and what remains to be done, for a person
 * @throws SettingsError for bad use
 */
export async function newLanguage(request: LanguageRequest): Promise<string> {
  const checkout = new Checkout(root);
  const asked = completed(request, join(root, stubActions));
  const given = readActions(asked.actions);
  const actions = asked.isStub ? renamed(given, `.${asked.name}`) : given;
  const blueprint = await readRequest(asked, actions.ending);
  const before = checkout.read(dockerfile);
  const after = withTarget(before, blueprint);
  const files = filesOf(blueprint, actions);
  checkout.add(files);
  try {
    checkout.change(dockerfile, after);
    return report(blueprint, files, checkout.finish(files));
  } catch (thrown) {
    checkout.remove(files);
    checkout.change(dockerfile, before);
    throw thrown;
  }
}
