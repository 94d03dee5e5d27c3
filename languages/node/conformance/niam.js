function niam(args) {
  return args;
}
