import type { Blueprint } from './blueprint.ts';

/** What a user of the language reads: it is true of the scaffold, and changes with its run.sh. */
export function readmeOf({ name, ending, run }: Blueprint, hello: string): string {
  return `# ${name}

A script that runs for every activation.

\`\`\`${ending.slice(1)}
${hello.trimEnd()}
\`\`\`

| what           | how                                                                                                              |
| -------------- | ---------------------------------------------------------------------------------------------------------------- |
| input          | the value as JSON, on stdin and as the argument after the file, without a newline (an argument has up to 131071 bytes) |
| context        | environment variables \`__OW_…\`, beside the container's whole environment                                         |
| result         | the last line of stdout, a JSON object or array                                                                  |
| logs           | the lines of stdout above it, and stderr                                                                         |
| exit status    | is ignored: without a result the answer is 502 \`The action did not return a dictionary or array.\`                |
| working folder | the action's                                                                                                     |
| interpreter    | \`${run}\`, in [run.sh](run.sh)                                                                                  |
| archive        | \`main${ending}\` at its root                                                                                    |
`;
}
