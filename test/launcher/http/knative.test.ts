import { describe, expect, test } from '@jest/globals';

import { zip } from '../../support/archives.ts';
import type { Answer, Asked } from '../../support/http.ts';
import { ending, serving } from '../../support/launcher.ts';
import type { Launcher } from '../../support/launcher.ts';

const hello = `function main(params) {
  return { payload: 'Hello ' + params.name + ' from ' + params.place + '!' };
}`;
const greeting = `function main({ name }) {
  const message = name ? 'hello ' + name : 'you did not tell me who you are.';
  return { body: '<h3>' + message + '</h3>' };
}`;
const echo = 'function main(params) { return { response: params }; }';
/** Answers with what its value says. */
const answering = 'function main({ answer }) { return answer; }';
/** Returns its part of the environment. */
const surroundings = `function main() {
  const entries = Object.entries(process.env).filter(([name]) => name.startsWith('__OW_'));
  return { found: Object.fromEntries(entries) };
}`;

const joe = { name: 'Joe', place: 'TX' };

type Environment = Readonly<Record<string, string>>;

/** A launcher on Knative. */
function onKnative(env: Environment, body: (launcher: Launcher) => Promise<void>): Promise<void> {
  return serving({ env: { __OW_RUNTIME_PLATFORM: 'knative', OW_LANGUAGE: 'node', ...env } }, body);
}

function post(launcher: Launcher, body: unknown, asked: Asked = {}): Promise<Answer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return launcher.http.ask('/', { method: 'POST', body: text, ...asked });
}

function told({ status, text, headers }: Answer): unknown {
  return { status, text, type: headers['content-type'] };
}

const json = 'application/json';
const html = 'text/html; charset=utf-8';

describe('On Knative', () => {
  test('code comes to /, and runs there', () =>
    onKnative({}, async (launcher) => {
      const init = await post(launcher, { init: { name: 'hello', main: 'main', code: hello } });
      expect(told(init)).toEqual({ status: 200, text: '{"OK":true}', type: json });
      expect(launcher.sentinels).toEqual([0, 0]);
      const run = await post(launcher, { activation: {}, value: joe });
      const text = '{"payload":"Hello Joe from TX!"}';
      expect(told(run)).toEqual({ status: 200, text, type: json });
      expect(launcher.sentinels).toEqual([1, 1]);
    }));

  test('one request may bring code and run it, and later ones run it again', () =>
    onKnative({}, async (launcher) => {
      const first = await post(launcher, { init: { code: hello }, activation: {}, value: joe });
      expect(first.json).toEqual({ payload: 'Hello Joe from TX!' });
      const value = { name: 'Jill', place: 'OK' };
      const again = await post(launcher, { activation: {}, value });
      expect(again.json).toEqual({ payload: 'Hello Jill from OK!' });
    }));

  test('code that comes with an activation runs also without a value', () =>
    onKnative({}, async (launcher) => {
      const code = 'const main = () => ({ n: 1 })';
      const { json } = await post(launcher, { init: { code }, activation: {} });
      expect(json).toEqual({ n: 1 });
    }));

  test.each(['{"activation":{}}', '{}', 'null', '', '{"activation":{},"value":null}'])(
    'a body of %j runs it with no input',
    (body) =>
      onKnative({ __OW_ACTION_CODE: greeting }, async (launcher) => {
        const text = '<h3>you did not tell me who you are.</h3>';
        expect(told(await post(launcher, body))).toEqual({ status: 200, text, type: html });
      }),
  );

  test('nothing but / is served, and health', () =>
    onKnative({}, async (launcher) => {
      expect((await launcher.init(hello)).status).toBe(404);
      expect((await launcher.run()).status).toBe(404);
      expect((await launcher.get('/health/live')).status).toBe(200);
      expect((await launcher.get('/health/ready')).status).toBe(503);
      await post(launcher, { init: { code: hello } });
      expect((await launcher.get('/health/ready')).status).toBe(200);
    }));

  test('without code there is nothing to init, and nothing to run', () =>
    onKnative({}, async (launcher) => {
      const init = await post(launcher, { init: {} });
      expect([init.status, init.error]).toEqual([403, 'Missing main/no code to execute.']);
      const run = await post(launcher, { activation: {}, value: {} });
      expect([run.status, run.error]).toEqual([500, 'no action defined yet']);
      expect(launcher.sentinels).toEqual([0, 0]);
    }));

  test('code comes once', () =>
    onKnative({}, async (launcher) => {
      await post(launcher, { init: { code: hello } });
      const again = await post(launcher, { init: { code: hello }, activation: {}, value: joe });
      expect(again.status).toBe(403);
      expect(again.error).toBe('Cannot initialize the action more than once.');
      expect((await post(launcher, { activation: {}, value: joe })).status).toBe(200);
    }));

  test('code that does not start is told as elsewhere, and does not run', () =>
    onKnative({ OW_LOG_INIT_ERROR: '0' }, async (launcher) => {
      const failed = await post(launcher, { init: { code: 'throw 1' }, activation: {}, value: {} });
      expect(failed.status).toBe(502);
      expect(failed.error).toMatch(/^cannot start action: /);
      expect((await post(launcher, { activation: {} })).status).toBe(500);
    }));

  test.each<[string, string]>([
    ['[1]', 'The request body has to be a JSON object, and is of type array.'],
    ['{"init":', 'The request body is not valid JSON'],
    ['{"init":5}', 'init has to be of type object, and is of type number.'],
    ['{"init":{"code":5}}', 'init.code has to be of type string, and is of type number.'],
    ['{"init":{"code":"x","raw":"yes"}}', 'init.raw has to be of type boolean'],
    ['{"init":{"code":"x","name":[]}}', 'init.name has to be of type string'],
    ['{"activation":"now"}', 'activation has to be a JSON object, and is of type string.'],
    ['{"value":{"__ow_user":"root"}}', '__ow_'],
  ])('%s is refused, and says where', (body, reason) =>
    onKnative({}, async (launcher) => {
      const { status, error } = await post(launcher, body);
      expect(status).toBe(400);
      expect(error).toContain(reason);
    }),
  );

  test('a value that is a text is refused', () =>
    onKnative({ __OW_ACTION_CODE: echo }, async (launcher) => {
      const { status, error } = await post(launcher, { activation: {}, value: 'text' });
      expect(status).toBe(404);
      expect(error).toBe('The action did not receive a dictionary or array as an argument.');
    }));

  test('a failure of the action is an error in JSON', () =>
    onKnative({ __OW_ACTION_CODE: "function main() { throw 'nooooo' }" }, async (launcher) => {
      const { status, error } = await post(launcher, {});
      expect([status, error]).toEqual([502, 'An error has occurred: nooooo']);
    }));

  test('a platform that is not known is refused', async () => {
    const { code, stderr } = await ending({ env: { __OW_RUNTIME_PLATFORM: 'Knative' } });
    const expected = '__OW_RUNTIME_PLATFORM: expected openwhisk or knative, got "Knative"';
    expect([code, stderr]).toEqual([2, `polyglot-launcher: ${expected}\n`]);
  });

  test('the console is refused, for it has the same path', async () => {
    const env = { __OW_RUNTIME_PLATFORM: 'knative', OW_CONSOLE: 'yes' };
    const { code, stderr } = await ending({ env });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^polyglot-launcher: OW_CONSOLE: expected 0, [^\n]*got "yes"\n$/);
  });
});

describe('__OW_HTTP_METHODS', () => {
  test('is POST by default', () =>
    onKnative({ __OW_ACTION_CODE: echo }, async (launcher) => {
      const { status, headers } = await launcher.get('/');
      expect([status, headers.allow]).toEqual([405, 'POST']);
    }));

  test.each(['[GET,POST,OPTIONS]', 'get, post, options', '[ GET, POST , OPTIONS ]'])(
    'may be %j, and nothing else is served',
    (methods) =>
      onKnative({ __OW_ACTION_CODE: echo, __OW_HTTP_METHODS: methods }, async (launcher) => {
        for (const method of ['GET', 'POST', 'OPTIONS']) {
          const { json } = await launcher.http.ask('/', { method });
          expect(json).toMatchObject({ response: { __ow_method: method } });
        }
        for (const method of ['PUT', 'DELETE', 'PATCH']) {
          expect((await launcher.http.ask('/', { method })).status).toBe(405);
        }
      }),
  );

  test.each(['[]', '[GET,FETCH]', '[GET'])('refuses %j', async (methods) => {
    const { code, stderr } = await ending({ env: { __OW_HTTP_METHODS: methods } });
    expect(code).toBe(2);
    expect(stderr).toContain(`__OW_HTTP_METHODS: expected a list such as [GET,POST]`);
    expect(stderr).toContain(JSON.stringify(methods));
  });
});

describe('The action gets', () => {
  test('its value, the parameters of the URL below it, and what is known of the request', () =>
    onKnative({ __OW_ACTION_CODE: echo, __OW_HTTP_METHODS: '[GET,POST]' }, async (launcher) => {
      const asked = { method: 'POST', headers: { 'x-mine': 'yes' } };
      const { json } = await launcher.http.ask('/?name=Ann&place=here&n=1&n=2', {
        ...asked,
        body: JSON.stringify({ value: joe }),
      });
      const { response } = json as { response: Record<string, unknown> };
      const { __ow_headers: headers, ...others } = response;
      expect(headers).toMatchObject({ 'x-mine': 'yes', host: expect.any(String) });
      expect(others).toEqual({
        ...{ ...joe, n: ['1', '2'] },
        ...{ __ow_method: 'POST', __ow_path: '', __ow_user: '' },
      });
      const got = await launcher.get('/?name=Ann');
      expect(got.json).toMatchObject({ response: { name: 'Ann', __ow_method: 'GET' } });
    }));

  test('numbers with all their digits', () =>
    onKnative({ OW_LANGUAGE: 'python' }, async (launcher) => {
      await post(launcher, { init: { code: 'def main(args): return {"n": str(args["n"])}' } });
      const body = '{ "activation": {},\n "value": { "n": 12345678901234567890 } }';
      expect((await post(launcher, body)).json).toEqual({ n: '12345678901234567890' });
    }));

  test('a list as it is', () =>
    onKnative({ __OW_ACTION_CODE: 'function main(args) { return args; }' }, async (launcher) => {
      const { text, headers } = await post(launcher, { activation: {}, value: ['a', 'b'] });
      expect([text, headers['content-type']]).toEqual(['["a","b"]', json]);
    }));

  test('the context, in its environment', () =>
    onKnative({ __OW_ACTION_CODE: surroundings }, async (launcher) => {
      const activation = { namespace: 'n', deadline: 4102498800000, action_name: 'a', api_key: '' };
      const { json } = await post(launcher, { activation, value: {} });
      expect(json).toMatchObject({
        found: { __OW_NAMESPACE: 'n', __OW_DEADLINE: '4102498800000', __OW_ACTION_NAME: 'a' },
      });
    }));

  test.each([{ action_name: '' }, {}, { action_name: null }])(
    'the name that came with the code, where the activation says %j',
    (activation) =>
      onKnative({ __OW_ACTION_NAME: 'other' }, async (launcher) => {
        await post(launcher, { init: { name: 'mine', code: surroundings } });
        const { json } = await post(launcher, { activation, value: {} });
        expect(json).toMatchObject({ found: { __OW_ACTION_NAME: 'mine' } });
      }),
  );

  test('the environment that came with the code', () =>
    onKnative({}, async (launcher) => {
      const code = 'function main() { return { mine: process.env.MINE }; }';
      const init = { code, env: { MINE: 'yes' } };
      expect((await post(launcher, { init, activation: {} })).json).toEqual({ mine: 'yes' });
    }));
});

describe('A raw action gets', () => {
  const body = { activation: {}, value: joe };
  const base64 = Buffer.from(JSON.stringify(joe)).toString('base64');

  function rawParameters({ json }: Answer): Record<string, unknown> {
    return (json as { readonly response: Record<string, unknown> }).response;
  }

  test('the value in base64, and nothing of it elsewhere, each time it runs', () =>
    onKnative({}, async (launcher) => {
      const value = { name: 'Joe' };
      const init = { code: echo, raw: true };
      const text = JSON.stringify({ init, activation: { namespace: 'default' }, value }, null, 2);
      for (const sent of [text, JSON.stringify({ activation: {}, value })]) {
        const { __ow_headers, ...others } = rawParameters(await post(launcher, sent));
        expect(__ow_headers).toMatchObject({ host: expect.any(String) });
        expect(others).toEqual({
          ...{ __ow_body: 'eyJuYW1lIjoiSm9lIn0=', __ow_query: {} },
          ...{ __ow_user: '', __ow_method: 'POST', __ow_path: '' },
        });
      }
    }));

  test('the parameters of the URL by themselves, and its namespace', () =>
    onKnative(
      { __OW_ACTION_CODE: echo, __OW_ACTION_RAW: 'true', __OW_NAMESPACE: 'guest' },
      async (launcher) => {
        const answer = await launcher.http.ask('/?a=1&b=x%20y', {
          method: 'POST',
          body: JSON.stringify(body),
        });
        expect(rawParameters(answer)).toMatchObject({
          ...{ __ow_body: base64, __ow_query: { a: '1', b: 'x y' }, __ow_user: 'guest' },
        });
      },
    ));

  test.each<[string, unknown, string]>([
    ['a text as it is', 'plain text ☃', 'plain text ☃'],
    ['a list in base64', ['a b', 1], Buffer.from('["a b",1]').toString('base64')],
    ['what quotes and escapes', { '"': '\\" : "\n' }, 'eyJcIiI6IlxcXCIgOiBcIlxuIn0='],
    ['nothing as nothing', undefined, ''],
  ])('%s', (_title, value, expected) =>
    onKnative({ __OW_ACTION_CODE: echo, __OW_ACTION_RAW: 'true' }, async (launcher) => {
      const answer = await post(launcher, { activation: {}, value });
      expect(rawParameters(answer)['__ow_body']).toBe(expected);
    }),
  );
});

describe('A container whose code is in its environment', () => {
  test('is ready when its port opens, and runs', () =>
    onKnative({ __OW_ACTION_CODE: hello, __OW_ACTION_NAME: 'hello' }, async (launcher) => {
      expect((await launcher.get('/health/ready')).status).toBe(200);
      const { json } = await post(launcher, { value: joe });
      expect(json).toEqual({ payload: 'Hello Joe from TX!' });
      expect(launcher.stderr.actionText).toBe('');
    }));

  test('takes no other code', () =>
    onKnative({ __OW_ACTION_CODE: hello }, async (launcher) => {
      const { status, error } = await post(launcher, { init: { code: echo }, activation: {} });
      expect(status).toBe(403);
      expect(error).toBe('Cannot initialize a runtime with a dedicated function.');
      expect((await post(launcher, { value: joe })).status).toBe(200);
    }));

  test('may have another entry point', () => {
    const code = "function hello() { return { payload: 'Hello World!' }; }";
    return onKnative({ __OW_ACTION_CODE: code, __OW_ACTION_MAIN: 'hello' }, async (launcher) => {
      expect((await post(launcher, { value: joe })).json).toEqual({ payload: 'Hello World!' });
    });
  });

  test('may have a zip, with another entry point', async () => {
    const index = "exports.hello = () => ({ payload: 'Hello World!' });";
    const archive = await zip({ 'package.json': '{}', 'index.js': index });
    const env = {
      __OW_ACTION_CODE: archive.toString('base64'),
      __OW_ACTION_BINARY: 'true',
      __OW_ACTION_MAIN: 'hello',
    };
    await onKnative(env, async (launcher) => {
      expect((await post(launcher, { value: joe })).json).toEqual({ payload: 'Hello World!' });
    });
  });

  test('whose code does not start ends with the reason', async () => {
    const env = { __OW_RUNTIME_PLATFORM: 'knative', OW_LANGUAGE: 'node', __OW_ACTION_CODE: '}{' };
    const { code, stderr } = await ending({ env });
    expect(code).toBe(1);
    expect(stderr).toMatch(/polyglot-launcher: __OW_ACTION_CODE: .*SyntaxError/s);
  });

  test('names its entry point also for code that comes later', () =>
    onKnative({ __OW_ACTION_MAIN: 'hello' }, async (launcher) => {
      const source = 'exports.hello = () => ({ n: 1 });';
      const archive = await zip({ 'package.json': '{}', 'index.js': source });
      const init = { code: archive.toString('base64'), binary: true };
      expect((await post(launcher, { init })).status).toBe(200);
      expect((await post(launcher, { activation: {} })).json).toEqual({ n: 1 });
    }));
});

describe('What the action returns', () => {
  interface Row {
    readonly title: string;
    readonly answer: unknown;
    readonly status?: number;
    readonly type?: string | undefined;
    readonly text?: string;
    readonly headers?: object;
  }

  const pixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
  const picture = Buffer.from(pixel, 'base64').toString();
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>';

  const rows: readonly Row[] = [
    { title: 'is the answer', answer: { a: 1 }, type: json, text: '{"a":1}' },
    { title: 'may be empty', answer: {}, type: json, text: '{}' },
    { title: 'may be an error', answer: { error: 'sorry' }, type: json, text: '{"error":"sorry"}' },
    { title: 'may hold a page', answer: { body: '<p>☃</p>' }, type: html, text: '<p>☃</p>' },
    { title: 'may hold JSON', answer: { body: { a: [1] } }, type: json, text: '{"a":[1]}' },
    { title: 'may hold a number', answer: { body: 5 }, type: json, text: '5' },
    {
      title: 'may name its type, however spelled',
      answer: { body: 'a,b', headers: { 'CONTENT-Type': 'text/csv' } },
      type: 'text/csv',
      text: 'a,b',
    },
    {
      title: 'may be JSON that is a text',
      answer: { body: '{"a":1}', headers: { 'content-type': 'application/json' } },
      type: json,
      text: '{"a":1}',
    },
    {
      title: 'may have a status',
      answer: { statusCode: 404, body: 'no' },
      ...{ status: 404, type: html, text: 'no' },
    },
    {
      title: 'may have a status that is a text',
      answer: { statusCode: '201', body: 'made' },
      ...{ status: 201, type: html, text: 'made' },
    },
    {
      title: 'may have a status and no body',
      answer: { statusCode: 201, id: 7 },
      ...{ status: 201, type: json, text: '{"id":7}' },
    },
    {
      title: 'may send elsewhere',
      answer: { statusCode: 302, headers: { location: '/there' } },
      ...{ status: 302, text: '', headers: { location: '/there', 'content-length': '0' } },
    },
    {
      title: 'may have headers of each kind',
      answer: { body: 'x', headers: { 'X-N': 1, 'x-yes': true, 'set-cookie': ['a=1', 'b=2'] } },
      ...{ type: html, text: 'x' },
      headers: { 'x-n': '1', 'x-yes': 'true', 'set-cookie': ['a=1', 'b=2'] },
    },
    {
      title: 'may be a picture',
      answer: { headers: { 'content-type': 'image/png' }, body: pixel },
      ...{ type: 'image/png', text: picture },
    },
    {
      title: 'may be a drawing, in base64',
      answer: {
        headers: { 'content-type': 'image/svg+xml' },
        body: Buffer.from(svg).toString('base64'),
      },
      ...{ type: 'image/svg+xml', text: svg },
    },
    {
      title: 'may be a drawing, as text',
      answer: { headers: { 'content-type': 'image/svg+xml' }, body: svg },
      ...{ type: 'image/svg+xml', text: svg },
    },
    { title: 'without a body is no content', answer: { body: '' }, status: 204, text: '' },
    { title: 'with null is no content', answer: { body: null }, status: 204, text: '' },
    {
      title: 'with 200 and no body is no content',
      answer: { statusCode: 200, headers: { 'x-a': 'b' } },
      ...{ status: 204, text: '', headers: { 'x-a': 'b' } },
    },
    {
      title: 'does not frame the answer',
      answer: { body: 'four', headers: { 'Content-Length': 1, 'transfer-encoding': 'chunked' } },
      ...{ type: html, text: 'four', headers: { 'content-length': '4' } },
    },
    {
      title: 'says who may read it',
      answer: { body: 'x', headers: { 'Access-Control-Allow-Origin': 'https://a.example' } },
      ...{ type: html, text: 'x', headers: { 'access-control-allow-origin': 'https://a.example' } },
    },
  ];

  test.each(rows)('$title', ({ answer, status = 200, type, text, headers = {} }) =>
    onKnative({ __OW_ACTION_CODE: answering }, async (launcher) => {
      const got = await post(launcher, { value: { answer } });
      expect(told(got)).toEqual({ status, text, type });
      expect(got.headers).toMatchObject(headers);
      if (status !== 204) expect(got.headers['content-length']).toBe(`${got.bytes.length}`);
    }),
  );

  test.each<[unknown, string]>([
    [{ statusCode: 99 }, 'statusCode has to be a whole number from 200 to 599, and is 99'],
    [{ statusCode: 'ok' }, 'statusCode'],
    [{ body: 'x', headers: 'none' }, 'headers has to be an object, and is "none"'],
    [{ body: 'x', headers: { 'a b': 'x' } }, 'a b'],
    [{ body: 'x', headers: { a: 'x\r\nset-cookie: y' } }, 'Invalid character in header content'],
    [{ body: 'x', headers: { a: {} } }, 'headers["a"]'],
    [{ body: 'no picture!', headers: { 'content-type': 'image/png' } }, 'base64'],
  ])('%j is no answer', (answer, reason) =>
    onKnative({ __OW_ACTION_CODE: answering }, async (launcher) => {
      const { status, error } = await post(launcher, { value: { answer } });
      expect(status).toBe(502);
      expect(error).toContain(reason);
    }),
  );

  test('may be read by pages of all origins, with the headers that they ask for', () =>
    onKnative(
      { __OW_ACTION_CODE: answering, __OW_HTTP_METHODS: '[POST,OPTIONS]' },
      async (launcher) => {
        const defaults = {
          'access-control-allow-origin': '*',
          'access-control-allow-methods': 'OPTIONS, GET, DELETE, POST, PUT, HEAD, PATCH',
        };
        expect((await post(launcher, { value: { answer: {} } })).headers).toMatchObject({
          ...defaults,
          'access-control-allow-headers':
            'Authorization, Origin, X-Requested-With, Content-Type, Accept, User-Agent',
        });
        const headers = { 'Access-Control-Request-Headers': 'X-Mine' };
        const { headers: got } = await launcher.http.ask('/', { method: 'OPTIONS', headers });
        expect(got).toMatchObject({ ...defaults, 'access-control-allow-headers': 'X-Mine' });
      },
    ));

  test('keeps the digits of numbers', () =>
    onKnative({ OW_LANGUAGE: 'python' }, async (launcher) => {
      const code = 'def main(args): return {"body": {"n": 12345678901234567890}}';
      const { text } = await post(launcher, { init: { code }, activation: {} });
      expect(text).toContain('12345678901234567890');
    }));
});

describe('A large value', () => {
  test('may be as deep as it likes', () =>
    onKnative({ OW_LANGUAGE: 'shell', __OW_ACTION_CODE: `echo '{"a":1}'` }, async (launcher) => {
      const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
      const { text } = await post(launcher, `{"activation":{"deadline":0},"value":{"a":${deep}}}`);
      expect(text).toBe('{"a":1}');
    }));

  test('of a raw action arrives whole', () =>
    onKnative({ OW_LANGUAGE: 'python', __OW_ACTION_RAW: '1' }, async (launcher) => {
      const code = 'def main(args): return {"length": len(args["__ow_body"])}';
      await post(launcher, { init: { code } });
      const text = JSON.stringify({ a: 'x" y\\'.repeat(3_000_000) });
      const { json } = await post(launcher, `{"activation":{},"value":${text}}`);
      expect(json).toEqual({ length: Math.ceil(text.length / 3) * 4 });
    }));
});
