function main() {
  return 'no object';
}
