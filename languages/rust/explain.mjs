const accepted = (main) =>
  `An action is pub fn ${main}(value: T) -> R or -> Result<R, E>, where serde deserializes T and serializes R, and E can be displayed.`;
const ofNetwork = /--offline|no matching package|failed to (select|load|get)/;
const hint =
  'Rust actions are built without a network, with serde and serde_json. Put other crates into vendor/ with `cargo vendor`,' +
  ' or have them installed by `polyglot-launcher compile` or with OW_INSTALL=1.';

/** The compiler's words, about the user's own files. */
export function explain(said, main) {
  const ofMain = /^error(?:\[\w+\])?: (.*)\n\s*--> \S*\.work\/main\.rs/m.exec(said);
  if (ofMain !== null) return `${aboutEntry(ofMain[1], main)} ${accepted(main)}`;
  if (said.includes('E0514')) {
    return `The prepared crates were compiled by another rustc: prepare them anew.\n${said}`;
  }
  const lines = said.split('\n').filter((line) => !noise.test(line));
  if (ofNetwork.test(said)) lines.push(hint);
  return lines.join('\n').trim();
}

const noise =
  /^(error: aborting due to|error: could not compile|For more information about|Some errors have|Caused by:$)/;

function aboutEntry(reason, main) {
  if (/^(cannot find|unresolved|could not find|failed to resolve)/.test(reason))
    return `There is no function ${main}.`;
  return `The function ${main} can't be an action: ${reason}.`;
}
