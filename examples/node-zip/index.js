import { readFileSync } from 'node:fs';
import { marked } from 'marked';

const article = readFileSync(new URL('article.md', import.meta.url), 'utf8');

/** Turns Markdown into HTML with a table of its headings. What it is given is trusted: HTML in it stays. */
export function main({ markdown = article }) {
  const tokens = marked.lexer(markdown);
  const headings = tokens.filter(({ type }) => type === 'heading');
  const words = markdown.match(/\p{L}[\p{L}\p{N}'’-]*/gu) ?? [];
  console.log(`words ${words.length}, headings ${headings.length}`);
  return {
    title: headings[0]?.text ?? '',
    contents: headings.map(({ depth, text }) => ({ depth, text })),
    words: words.length,
    html: marked.parser(tokens),
  };
}
