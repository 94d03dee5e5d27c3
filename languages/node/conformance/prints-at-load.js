console.log('loaded');

function main(args) {
  return args;
}
