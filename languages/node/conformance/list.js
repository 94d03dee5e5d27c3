async function main() {
  return ['a', 'b'];
}
