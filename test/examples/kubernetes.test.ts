import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { withFolder } from '../support/folders.ts';
import { ending } from '../support/launcher.ts';
import { Scrape } from '../support/metrics.ts';
import { pythonWith } from '../support/websocket-venv.ts';
import { Client, servingWebSocket } from '../support/websocket.ts';
import { annotationsOf, configMapOf, containerOf, documentOf, environmentOf } from './manifest.ts';
import type { Document } from './manifest.ts';

const run = promisify(execFile);
const folder = join(import.meta.dirname, '../../examples/websocket-hello');
const manifest = join(folder, 'hellows.yml');
const python = await pythonWith({
  module: 'kubernetes_validate',
  requirement: 'kubernetes-validate>=1.31',
});
const documents = python === undefined ? [] : await readDocuments(python);
const describeValidated = python === undefined ? describe.skip : describe;

/** The documents of the manifest, each judged by the schema of its kind; what the schema does not know is wrong too. */
async function readDocuments(interpreter: string): Promise<Document[]> {
  const script = `import json, sys, yaml
from kubernetes_validate import latest_version, validate
documents = list(yaml.safe_load_all(open(sys.argv[1])))
for document in documents: validate(document, latest_version(), strict=True)
print(json.dumps(documents))`;
  const { stdout } = await run(interpreter, ['-c', script, manifest]);
  return JSON.parse(stdout) as Document[];
}

describeValidated('hellows.yml', () => {
  test('holds what Kubernetes knows, of versions that are not on their way out', () => {
    const kinds = documents.map(({ apiVersion, kind }) => `${apiVersion} ${kind}`);
    expect(kinds).toEqual([
      'v1 Namespace',
      'v1 ConfigMap',
      'apps/v1 Deployment',
      'v1 Service',
      'networking.k8s.io/v1 Ingress',
      'autoscaling/v2 HorizontalPodAutoscaler',
    ]);
  });

  test('puts all of it into its namespace, and its names and labels fit together', () => {
    const [namespace, ...others] = documents;
    for (const { metadata } of others) {
      expect(metadata.namespace).toBe(namespace?.metadata.name);
    }
    const deployment = documentOf(documents, 'Deployment');
    const labels = { 'app.kubernetes.io/name': deployment.metadata.name };
    expect(deployment.spec).toMatchObject({
      selector: { matchLabels: labels },
      template: { metadata: { labels } },
    });
    const service = documentOf(documents, 'Service');
    expect(service.spec).toMatchObject({ selector: labels, ports: [{ targetPort: 'http' }] });
    const backend = { service: { name: service.metadata.name, port: { name: 'http' } } };
    expect(documentOf(documents, 'Ingress').spec).toMatchObject({
      rules: [{ http: { paths: [{ path: environmentOf(documents)['OW_WEBSOCKET'], backend }] } }],
    });
    const { kind, apiVersion } = deployment;
    expect(documentOf(documents, 'HorizontalPodAutoscaler').spec).toMatchObject({
      scaleTargetRef: { kind, apiVersion, name: deployment.metadata.name },
    });
  });

  test('holds the code of hello.py', () => {
    const { data } = configMapOf(documents);
    expect(data).toEqual({ 'hello.py': readFileSync(join(folder, 'hello.py'), 'utf8') });
  });

  test('mounts what it names, and nothing can be written but TMPDIR', () => {
    const { volumeMounts, securityContext } = containerOf(documents);
    const { OW_AUTOINIT, TMPDIR } = environmentOf(documents);
    expect(volumeMounts).toEqual([
      { name: 'action', mountPath: '/action', readOnly: true },
      { name: 'tmp', mountPath: TMPDIR },
    ]);
    expect(OW_AUTOINIT).toBe('/action/hello.py');
    const pod = { securityContext: { runAsNonRoot: true, runAsUser: expect.any(Number) } };
    expect(documentOf(documents, 'Deployment').spec).toMatchObject({ template: { spec: pod } });
    expect(securityContext).toMatchObject({
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
    });
  });

  test('says nothing that the launcher does not know: each variable, port and path is its own', async () => {
    const { stdout: help } = await ending({ argv: ['serve', '--help'] });
    const names = Object.keys(environmentOf(documents)).filter((name) => name !== 'TMPDIR');
    for (const name of names) expect(help).toMatch(new RegExp(`\\b${name}\\b`));
    const { ports, livenessProbe, readinessProbe } = containerOf(documents);
    expect(ports).toEqual([{ name: 'http', containerPort: defaultPort() }]);
    await mounted(configMapOf(documents).data, async (action) => {
      const { OW_WEBSOCKET = '', OW_METRICS = '', ...env } = environmentOf(documents);
      const served = { OW_WEBSOCKET, OW_METRICS };
      const given = { ...served, OW_AUTOINIT: join(action, basename(env['OW_AUTOINIT'] ?? '')) };
      expect(Object.keys(env).sort()).toEqual(['OW_AUTOINIT', 'TMPDIR']);
      await servingWebSocket({ env: given }, async (launcher) => {
        for (const { httpGet } of [livenessProbe, readinessProbe]) {
          expect(httpGet.port).toBe('http');
          expect((await launcher.get(httpGet.path)).status).toBe(200);
        }
        const client = await Client.connect(launcher, { path: OW_WEBSOCKET });
        const greeting = { greeting: 'Hello Ada!', over: 'WebSocket' };
        expect(await client.ask({ name: 'Ada' })).toEqual(greeting);
        await client.close();
        const { 'prometheus.io/path': path = '', ...scraped } = annotationsOf(documents);
        const scrape = new Scrape((await launcher.get(path)).text);
        expect(scrape.value('activations_total', { outcome: 'ok' })).toBe(1);
        const port = `${defaultPort()}`;
        expect(scraped).toEqual({ 'prometheus.io/scrape': 'true', 'prometheus.io/port': port });
      });
    });
  });

  /** As the code of the launcher has it. */
  function defaultPort(): number {
    const settings = readFileSync(join(import.meta.dirname, '../../launcher/settings.ts'), 'utf8');
    return Number(/'PORT [A-Z_ ]*', (\d+)/.exec(settings)?.[1]);
  }
});

describe('A ConfigMap that is mounted', () => {
  test.each<[string, (version: number) => string]>([
    ['hello.py', (version) => `def main(args): return {"version": ${version}}\n`],
    ['hello.js', (version) => `function main() { return { version: ${version} }; }\n`],
    ['hello.sh', (version) => `echo '{"version": ${version}}'\n`],
  ])('with %s and changes while it is served: the old code goes on', (name, code) =>
    mounted({ [name]: code(1) }, async (action) => {
      const env = { OW_AUTOINIT: join(action, name) };
      await servingWebSocket({ env }, async (launcher) => {
        const client = await Client.connect(launcher);
        expect(await client.ask({})).toEqual({ version: 1 });
        replace(action, { [name]: code(2) });
        expect(await client.ask({})).toEqual({ version: 1 });
        expect((await launcher.run()).json).toEqual({ version: 1 });
        await client.close();
      });
      await servingWebSocket({ env }, async (launcher) => {
        expect((await launcher.run()).json).toEqual({ version: 2 });
      });
    }),
  );

  test('and changes: the old code goes on also after its loop died', () =>
    mounted({ 'hello.py': dying(1) }, async (action) => {
      await servingWebSocket(
        { env: { OW_AUTOINIT: join(action, 'hello.py') } },
        async (launcher) => {
          const client = await Client.connect(launcher);
          replace(action, { 'hello.py': dying(2) });
          expect(await client.ask({ die: true })).toEqual({ error: expect.any(String) });
          expect(await client.ask({})).toEqual({ version: 1 });
          await client.close();
        },
      );
    }));

  function dying(version: number): string {
    return `import os
def main(args):
    if args.get("die"): os.kill(os.getpid(), 9)
    return {"version": ${version}}
`;
  }

  test('is only read, whatever the action is asked', () =>
    mounted({ 'hello.py': readFileSync(join(folder, 'hello.py'), 'utf8') }, async (action) => {
      const before = await listing(action);
      const env = { OW_AUTOINIT: join(action, 'hello.py') };
      await servingWebSocket({ env }, async (launcher) => {
        const client = await Client.connect(launcher);
        expect(await client.ask({ name: 'Ada' })).toMatchObject({ greeting: 'Hello Ada!' });
        await client.close();
      });
      expect(await listing(action)).toBe(before);
    }));

  async function listing(action: string): Promise<string> {
    return (await run('ls', ['-lRA', '--time-style=full-iso', action])).stdout;
  }
});

/** A folder as the kubelet makes it: links to `..data`, which is a link to the version of the moment. */
async function mounted(
  files: Readonly<Record<string, string>>,
  body: (action: string) => Promise<void>,
): Promise<void> {
  await withFolder({}, async (action) => {
    replace(action, files);
    for (const name of Object.keys(files)) symlinkSync(`..data/${name}`, join(action, name));
    await body(action);
  });
}

/** The kubelet's way: the new version beside the old one, a rename of the link, and the old one is removed. */
function replace(action: string, files: Readonly<Record<string, string>>): void {
  const before = readVersion(action);
  const now = `..2026_${process.hrtime.bigint()}`;
  mkdirSync(join(action, now));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(action, now, name), text, { mode: 0o444 });
  }
  symlinkSync(now, join(action, '..data_tmp'));
  renameSync(join(action, '..data_tmp'), join(action, '..data'));
  if (before !== undefined) rmSync(join(action, before), { recursive: true });
}

function readVersion(action: string): string | undefined {
  try {
    return readlinkSync(join(action, '..data'));
  } catch {
    return undefined;
  }
}
