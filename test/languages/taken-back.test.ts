import { describe, expect, test } from '@jest/globals';

import { Languages } from '../../launcher/languages.ts';
import { languagesFolder } from '../../launcher/paths.ts';
import { compile } from '../support/compiling.ts';
import { isTestable } from '../support/installed.ts';
import { serving } from '../support/launcher.ts';
import type { Launcher } from '../support/launcher.ts';

/** What makes a long result of `{"well": …}`, the end of which can't be written where that is false. */
const actions = [
  {
    name: 'go',
    error: 'json: unsupported value: NaN',
    source: `package main

import "math"

func Main(args map[string]any) []any {
	result := make([]any, 50000)
	for i := range result { result[i] = "a long result" }
	if args["well"] == false { result[len(result)-1] = math.NaN() }
	return result
}
`,
  },
  {
    name: 'java',
    error: 'JSON has no number NaN',
    source: `import com.google.gson.*;

public class Long {
  public static JsonArray main(JsonObject args) {
    JsonArray result = new JsonArray();
    for (int i = 0; i < 50000; i += 1) result.add("a long result");
    if (!args.get("well").getAsBoolean()) result.add(Double.NaN);
    return result;
  }
}
`,
  },
  {
    name: 'rust',
    error: 'it can not be written',
    source: `use serde::{ser::Error, Serialize, Serializer};
use serde_json::Value;

pub struct Last(bool);

impl Serialize for Last {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        if self.0 { to.serialize_str("a long result") } else { Err(S::Error::custom("it can not be written")) }
    }
}

pub fn main(args: Value) -> (Vec<&'static str>, Last) {
    (vec!["a long result"; 49999], Last(args["well"] == true))
}
`,
  },
];

const languages = Languages.read(languagesFolder);

describe.each(actions)('A long answer of $name, the end of which fails', (action) => {
  const language = languages.all.find(({ name }) => name === action.name);
  if (language === undefined || !isTestable(language)) {
    test.skip(`${action.name} is not installed`, () => undefined);
    return;
  }

  test('is that failure, and the next one is its own', () =>
    serving({ env: { OW_LANGUAGE: action.name } }, async (launcher) => {
      await launcher.load(action.source);
      await failsAndGoesOn(launcher, action.error);
      expect(launcher.sentinels).toEqual([4, 4]);
    }));

  test('is that failure also for another launcher, which knows no way to take it back', () => {
    const { stdout, stderr } = compile(action.source, { args: ['--language', action.name] });
    expect(stderr).toBe('');
    const env = { OW_LANGUAGE: 'actionloop', OW_WAIT_FOR_ACK: '1' };
    return serving({ env }, async (launcher) => {
      await launcher.load({ code: stdout.toString('base64'), binary: true });
      await failsAndGoesOn(launcher, action.error);
    });
  });
});

async function failsAndGoesOn(launcher: Launcher, error: string): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    const failed = await launcher.run({ well: false });
    expect([failed.status, failed.error]).toEqual([200, error]);
    const { json } = await launcher.run({ well: true });
    const texts = (json as unknown[]).flat();
    expect(texts.length).toBeGreaterThanOrEqual(49_999);
    expect(new Set(texts)).toEqual(new Set(['a long result']));
  }
  expect(launcher.stderr.text).toContain(error);
}
