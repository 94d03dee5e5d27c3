import { load, returns } from './ask.ts';
import { isQuiet } from './logs.ts';
import { table } from './subject.ts';

const names = [
  'SOME_VAR',
  'ANOTHER_VAR',
  'NUMBER',
  'LIST',
  'NOTHING',
  '__OW_API_HOST',
  '__OW_API_KEY',
  '__OW_NAMESPACE',
  '__OW_ACTION_NAME',
  '__OW_ACTION_VERSION',
  '__OW_ACTIVATION_ID',
  '__OW_DEADLINE',
];
const context = {
  api_key: 'abc',
  namespace: 'zzz',
  action_name: '/zzz/x',
  action_version: '0.0.1',
  activation_id: 'a1',
  deadline: '123',
};
const contextSeen = {
  __OW_API_KEY: 'abc',
  __OW_NAMESPACE: 'zzz',
  __OW_ACTION_NAME: '/zzz/x',
  __OW_ACTION_VERSION: '0.0.1',
  __OW_ACTIVATION_ID: 'a1',
  __OW_DEADLINE: '123',
};
const unset = Object.fromEntries(names.map((name) => [name, '(unset)']));

/** What is in the environment of an action. */
export const surroundingsCases = table([
  {
    title: 'the context of an activation is in the environment',
    from: 'every runtime',
    environment: { __OW_API_HOST: 'xyz' },
    loads: 'surroundings',
    sentinels: 1,
    async check(client) {
      const seen = { ...unset, ...contextSeen, __OW_API_HOST: 'xyz' };
      await returns(client, { names }, seen, context);
    },
    logs: isQuiet,
  },
  {
    title: 'the context of one activation is gone in the next, and what it hid is back',
    from: 'own choice',
    known: [{ of: "Apache's runtimes do", sign: /__OW_\w+: expected "(\(unset\)|guest)"/ }],
    environment: { __OW_API_HOST: 'xyz', __OW_NAMESPACE: 'guest' },
    loads: 'surroundings',
    sentinels: 3,
    async check(client) {
      const container = { ...unset, __OW_API_HOST: 'xyz', __OW_NAMESPACE: 'guest' };
      await returns(client, { names }, { ...container, ...contextSeen }, context);
      await returns(client, { names }, container);
      await returns(client, { names }, { ...container, __OW_DEADLINE: '7' }, { deadline: '7' });
    },
  },
  {
    title: 'context that is no text comes as JSON, and null does not come',
    from: 'own choice',
    known: [
      { of: 'the python, ruby and swift runtimes do', sign: /command exited/ },
      { of: 'the nodejs runtime does, which drops it', sign: /got "\(unset\)"/ },
    ],
    loads: 'surroundings',
    sentinels: 1,
    async check(client) {
      const seen = { __OW_DEADLINE: '123', __OW_NAMESPACE: '[1,true]' };
      const given = { deadline: 123, namespace: [1, true], api_key: null };
      await returns(client, { names }, { ...unset, ...seen }, given);
    },
  },
  {
    title: 'the context may hold quotes, spaces, equals signs and any character',
    from: 'own choice',
    loads: 'surroundings',
    sentinels: 1,
    async check(client) {
      const odd = `a=b='c' $(d) \`e\` * ; é`;
      await returns(client, { names }, { ...unset, __OW_API_KEY: odd }, { api_key: odd });
    },
  },
  {
    title: 'the environment that init brings is there, empty texts too',
    from: 'runtimes',
    loads: 'own',
    sentinels: 1,
    async check(client, { samples }) {
      const env = { SOME_VAR: 'xyz', ANOTHER_VAR: '' };
      await load(client, samples.surroundings, { env });
      await returns(client, { names }, { ...unset, ...env });
    },
    logs: isQuiet,
  },
  {
    title: 'the environment that init brings may be of other types, and stays',
    from: 'own choice',
    known: [
      { of: 'the Go proxy does', sign: /NOTHING: .*got "null"/ },
      { of: 'the nodejs runtime does', sign: /NOTHING: .*got ""/ },
    ],
    loads: 'own',
    sentinels: 2,
    async check(client, { samples }) {
      const env = { SOME_VAR: 'xyz', NUMBER: 123, LIST: [1, 2, 3], NOTHING: null };
      const seen = { SOME_VAR: 'xyz', NUMBER: '123', LIST: '[1,2,3]' };
      await load(client, samples.surroundings, { env });
      await returns(client, { names }, { ...unset, ...seen });
      await returns(client, { names }, { ...unset, ...seen, ...contextSeen }, context);
    },
  },
]);
