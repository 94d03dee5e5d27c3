function main(args) {
  if ('crash' in args) process.exit(1);
  return args;
}
