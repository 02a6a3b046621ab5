import { characterSet, runEnd } from '../characters.ts';
import { words } from '../words.ts';

/** Characters of a name in text: ASCII words with their separators, and the letters of Latin alphabets. */
export const NAME = ((): Uint8Array => {
  const set = new Uint8Array(0x250);
  set.set(characterSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$'));
  return set.fill(1, 0xc0);
})();

const MAX_SPACES = 64;

/** Index behind spaces of any width, none among them, and tabs; not past the line: what stands below `Password:` is another thought. */
export function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_SPACES && isSpaceInLine(text.charCodeAt(at))) at++;
  return at;
}

function isSpaceInLine(code: number): boolean {
  if (code < 128) return code === 0x20 || code === 0x09;
  return (
    code === 0xa0 || code === 0xad || (code >= 0x200b && code <= 0x200d) || code === 0x3000 || code === 0xfeff
  );
}

/** The same, and line breaks, also those of a JSON string. */
export function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < from + MAX_SPACES) {
    const character = text[at];
    if (character === ' ' || character === '\t' || character === '\n' || character === '\r') at++;
    else if (character === '\\' && (text[at + 1] === 'n' || text[at + 1] === 'r')) at += 2;
    else break;
  }
  return at;
}

/** Index of the first of the blanks, as `skipBlank` knows them, that end before `to`. */
export function blankStart(text: string, to: number): number {
  let at = to;
  while (at > to - MAX_SPACES) {
    const character = text[at - 1];
    if (character === ' ' || character === '\t' || character === '\n' || character === '\r') at--;
    else if ((character === 'n' || character === 'r') && text[at - 2] === '\\') at -= 2;
    else break;
  }
  return at;
}

/** Index behind the colour codes of a terminal at `at`: `\x1b[32m`, as `util.inspect` writes them. */
export function skipColours(text: string, from: number): number {
  let at = from;
  while (text[at] === '\u001b' && text[at + 1] === '[') {
    let end = at + 2;
    while (end < at + 16 && '0123456789;'.includes(text[end] ?? '-')) end++;
    if (text[end] !== 'm') break;
    at = end + 1;
  }
  return at;
}

/** Whether `name=` or `name:` begins at `from`, after a space if need be. */
export function isNextName(text: string, from: number): boolean {
  const start = text[from] === ' ' ? from + 1 : from;
  const end = runEnd(text, start, NAME, start + 64);
  return end > start && (text[end] === '=' || text[end] === ':');
}

/** Words that say little without the one before them: `api key: …`, `session id: …`. */
export const LEANING_WORDS = new Set(words('id key number code hash phrase'));
/** Words that go on with a name. */
export const COMPLETING_WORDS = new Set([...LEANING_WORDS, 'token', 'secret', 'password']);
/** Words between a name and its value: `API key provided: …`, `password is: …`. */
export const LINKING_WORDS = new Set(words('provided given received used supplied is was value'));
