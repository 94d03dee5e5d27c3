let waiting = [];

function main(args) {
  console.log('interleave me');
  return new Promise((resolve) => {
    waiting.push(() => resolve(args));
    if (waiting.length < args.count) return;
    waiting.forEach((go) => go());
    waiting = [];
  });
}
