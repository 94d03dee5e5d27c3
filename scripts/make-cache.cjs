// Runs the launcher of a folder for one activation, and keeps there what V8 has compiled by then.
'use strict';
const { writeFileSync } = require('node:fs');
const { Server } = require('node:http');
const { resolve } = require('node:path');

const folder = resolve(process.argv[2]);

process.env.PORT = '0';
process.env.HOST = '127.0.0.1';
process.env.OW_LANGUAGE = 'node';
process.argv.length = 2;

const listen = Server.prototype.listen;
Server.prototype.listen = function (...args) {
  this.once('listening', () => void use(this.address().port));
  return listen.apply(this, args);
};

const { script } = require(`${folder}/polyglot-launcher.cjs`);

async function use(port) {
  const post = (path, value) =>
    fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: JSON.stringify({ value }) });
  await post('/init', { code: 'function main(args) { return args; }' });
  const answer = await post('/run', { name: 'you' });
  if (answer.status !== 200) throw new Error(`/run answered ${answer.status}`);
  await answer.text();
  writeFileSync(`${folder}/launcher.cache`, script.createCachedData());
  process.kill(process.pid, 'SIGTERM');
}
