const folder = 'platform/tests/dat/actions';

/** The test actions of OpenWhisk's repository, by path: for each kind the one of `unicode.tests`, and one that echoes. */
export function testActions(languages) {
  const managed = languages.filter((language) => language.isManaged);
  return Object.fromEntries(
    managed.flatMap(({ kind, samples: { snowman, echo } }) => [
      ...(snowman ? [[`${folder}/unicode.tests/${fileOf(kind)}`, snowman.text]] : []),
      [`${folder}/echo.tests/${fileOf(kind)}`, echo.text],
    ]),
  );
}

/** `nodejs-20.txt` for `nodejs:20`. */
export function fileOf(kind) {
  return `${kind.replace(':', '-')}.txt`;
}
