import { surroundingNames } from '../subject.ts';
import type { Samples } from '../subject.ts';

export const samples: Samples = {
  comment: '#',
  echo: { source: 'echo hello stdout\necho hello stderr >&2\ncat\n' },
  silent: { source: 'cat\n' },
  niam: { source: '#!/bin/bash\ncat\n', main: 'niam' },
  text: { source: `echo '"no object"'\n` },
  sorry: { source: `echo '{"error": "sorry"}'\n` },
  list: { source: `echo '["a", "b"]'\n` },
  surroundings: {
    source: `separator='{'
for name in ${surroundingNames.join(' ')}; do
  printf '%s"%s": "%s"' "$separator" "$name" "\${!name-(unset)}"
  separator=', '
done
echo '}'
`,
  },
  snowman: {
    source: `delimiter=\${1#*: \\"}
winter="\${delimiter%\\"*} ☃ \${delimiter%\\"*}"
echo "$winter"
echo "{\\"winter\\": \\"$winter\\"}"
`,
  },
  crash: { source: '[[ $1 == *crash* ]] && exit 1\ncat\n' },
  archive: {
    files: {
      'main.sh': `. ./helper.sh\necho "{\\"data\\": \\"$(read_all data.txt)\\"}"\n`,
      'helper.sh': 'read_all() { cat "$1"; }\n',
      'data.txt': 'from the archive',
    },
  },
  // Any text is a script: only an archive can lack something.
  broken: {
    files: { 'other.txt': 'x' },
    told: /main\.sh/,
    detail: /main\.sh/,
  },
  noEntry: /main\.sh/,
};
