import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { serving } from '../support/launcher.ts';
import { pythonWith } from '../support/websocket-venv.ts';
import type { Container } from './manifest.ts';

const run = promisify(execFile);
const file = join(import.meta.dirname, '../../examples/knative/service.yaml');
const python = await pythonWith({
  module: 'cloudcoil.models.knative_serving',
  requirement: 'cloudcoil-models-knative-serving',
});
const describeValidated = python === undefined ? describe.skip : describe;

interface Service {
  readonly spec: { readonly template: { readonly spec: { readonly containers: [Container] } } };
}

/** What the file says, and what Knative's own schema understands of it. */
async function readService(interpreter: string): Promise<{ said: Service; understood: unknown }> {
  const script = `import json, sys, yaml
from cloudcoil.models.knative_serving.serving.v1 import Service
said = yaml.safe_load(open(sys.argv[1]))
understood = Service.model_validate(said).model_dump(mode="json", by_alias=True, exclude_unset=True)
print(json.dumps({"said": said, "understood": understood}))`;
  const { stdout } = await run(interpreter, ['-c', script, file]);
  return JSON.parse(stdout) as { said: Service; understood: unknown };
}

describeValidated('knative/service.yaml', () => {
  test('says nothing that Knative does not know', async () => {
    const { said, understood } = await readService(python ?? '');
    expect(understood).toEqual(said);
  });

  test('serves what its README says', async () => {
    const { said } = await readService(python ?? '');
    const [{ env, ports, livenessProbe, readinessProbe }] = said.spec.template.spec.containers;
    const given = Object.fromEntries(env.map(({ name, value }) => [name, value]));
    expect(ports).toEqual([{ name: 'http1', containerPort: 8080 }]);
    await serving({ env: { OW_LANGUAGE: 'python', ...given } }, async (launcher) => {
      for (const { httpGet } of [livenessProbe, readinessProbe]) {
        expect((await launcher.get(httpGet.path)).status).toBe(200);
      }
      const page = '<h3>Hello Ada!</h3>';
      expect((await launcher.get('/?name=Ada')).text).toBe(page);
      expect((await launcher.post('/', '{"value":{"name":"Ada"}}')).text).toBe(page);
      expect((await launcher.get('/?name=<Ada>')).text).toBe('<h3>Hello &lt;Ada&gt;!</h3>');
    });
  });
});
