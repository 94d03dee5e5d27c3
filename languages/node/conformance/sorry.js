function main() {
  return { error: 'sorry' };
}
