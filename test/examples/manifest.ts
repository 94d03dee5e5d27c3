/** What the tests look at in the documents of a Kubernetes manifest; their schemas are judged by others. */
export interface Document {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: object;
}

export interface ConfigMap extends Document {
  readonly data: Readonly<Record<string, string>>;
}

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string | number };
}

export interface Container {
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports: readonly object[];
  readonly volumeMounts: readonly object[];
  readonly securityContext: object;
  readonly livenessProbe: Probe;
  readonly readinessProbe: Probe;
}

interface Deployment extends Document {
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
      readonly spec: { readonly containers: Container[] };
    };
  };
}

/** The only document of its kind. */
export function documentOf(documents: readonly Document[], kind: string): Document {
  const [found, ...more] = documents.filter((document) => document.kind === kind);
  if (found === undefined || more.length > 0) throw new Error(`expected one ${kind}`);
  return found;
}

export function configMapOf(documents: readonly Document[]): ConfigMap {
  return documentOf(documents, 'ConfigMap') as ConfigMap;
}

/** The only container of the only Deployment. */
export function containerOf(documents: readonly Document[]): Container {
  const { spec } = documentOf(documents, 'Deployment') as Deployment;
  const [container, ...more] = spec.template.spec.containers;
  if (container === undefined || more.length > 0) throw new Error('expected one container');
  return container;
}

/** What the pods of the only Deployment are annotated with. */
export function annotationsOf(documents: readonly Document[]): Readonly<Record<string, string>> {
  const { spec } = documentOf(documents, 'Deployment') as Deployment;
  return spec.template.metadata.annotations;
}

export function environmentOf(documents: readonly Document[]): Readonly<Record<string, string>> {
  return Object.fromEntries(containerOf(documents).env.map(({ name, value }) => [name, value]));
}
