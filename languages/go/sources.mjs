// What has to be known of Go sources before they are compiled.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const commentsAndTexts =
  /\/\/[^\n]*|\/\*[^]*?\*\/|`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;

/**
 * The files of the package at the root of a folder.
 * @param {string} folder
 * @returns {{name: string, text: string, code: string}[]} code: without comments and texts, in the same lines
 */
export function sourcesIn(folder) {
  const names = readdirSync(folder).filter((name) => /^[^_.].*\.go$/.test(name));
  return names
    .filter((name) => !name.endsWith('_test.go'))
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
    .filter(({ text }) => !/^\/\/go:build ignore$/m.test(text))
    .map(({ name, text }) => ({ name, text, code: text.replace(commentsAndTexts, blank) }));
}

const blank = (text) => text.replace(/[^\n]/g, ' ');

/** @param {{name: string, code: string}} source @returns {string | undefined} what is wrong with its package */
export function packageFault({ name, code }) {
  const clause = /^[^]*?\bpackage\s+(\w+)/.exec(code);
  if (clause === null || clause[1] === 'main') return undefined;
  const line = clause[0].split('\n').length;
  return `${name}:${line}: package ${clause[1]}: an action is package main`;
}

export function hasMain({ code }) {
  return /^[ \t]*func\s+main\s*\(/m.test(code);
}
