function main({ names }) {
  return Object.fromEntries(names.map((name) => [name, process.env[name] ?? '(unset)']));
}
