import { surroundingNames } from '../subject.ts';
import type { Samples } from '../subject.ts';

const silent = 'function main(args) { return args; }\n';

export const samples: Samples = {
  comment: '//',
  echo: {
    source: `function main(args) {
  console.log('hello stdout');
  console.error('hello stderr');
  return args;
}
`,
  },
  silent: { source: silent },
  niam: { source: silent.replace('main', 'niam'), main: 'niam' },
  text: { source: 'function main(args) { return "no object"; }\n' },
  sorry: { source: 'function main(args) { return { error: "sorry" }; }\n' },
  list: { source: 'async function main(args) { return ["a", "b"]; }\n' },
  surroundings: {
    source: `function main(args) {
  const names = ${JSON.stringify(surroundingNames)};
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '(unset)']));
}
`,
  },
  snowman: {
    source: `function main(args) {
  const winter = args.delimiter + ' ☃ ' + args.delimiter;
  console.log(winter);
  return { winter };
}
`,
  },
  crash: {
    source: 'function main(args) { if ("crash" in args) process.exit(1); return args; }\n',
  },
  archive: {
    files: {
      'package.json': '{"main":"start.js"}',
      'start.js': "exports.main = () => ({ data: require('./helper').read('data.txt') });\n",
      'helper.js': "exports.read = (name) => require('fs').readFileSync(name, 'utf8');\n",
      'data.txt': 'from the archive',
    },
  },
  broken: {
    source: '10 PRINT "Hello world!"\n20 GOTO 10\n',
    told: /^Cannot start action\. Check logs for details\.$/,
    detail: /SyntaxError/,
  },
  noEntry: /zipped actions must contain either package\.json or index\.js at the root\./i,
  printsAtLoad: { source: `console.log('loaded');\n${silent}` },
  nothing: { source: 'function main(args) { return; }\n' },
  throws: {
    source: 'function main(args) { throw new Error("nooooo"); }\n',
    status: 502,
    error: /^An error has occurred: .*nooooo/,
    log: /nooooo/,
  },
};
