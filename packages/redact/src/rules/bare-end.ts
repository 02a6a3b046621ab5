import { CHARACTER_SETS, characterSet, isSpace, runEnd } from '../characters.ts';
import { isNextName } from './name-characters.ts';
import { percentEscapeEnd } from './quoting.ts';

/** Characters that end a bare value: no header, query, connection string or command line goes on past them. */
const ENDS_VALUE = characterSet(' \t\r\n\v\f;&"\'`<>|');
/** Behind a bare value these belong to the sentence or the bracket around it. */
const TRAILING = characterSet(',)]}.:!?\\');
const ESCAPED_ENDS = new Set(['26', '22', '2C', '3B', '7D', '5D', '20', '0A', '0D']);

/** A bare value: to a space or what cannot be in it, or to where the next `name=` begins. */
export function bareEnd(text: string, from: number): number {
  const isEscaped = endsEscape(text, from);
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (ENDS_VALUE[code] === 1 && endsBare(text, at, from)) break;
    if (code === 44 && isNextName(text, at + 1)) break;
    // `\u0026` is the `&` of JSON written for HTML; `\n` in a JSON string ends a line.
    if (code === 92 && endsAtBackslash(text, at)) break;
    if (isEscaped && code === 37) {
      const end = percentEscapeEnd(text, at);
      if (ESCAPED_ENDS.has(text.slice(end - 2, end).toUpperCase())) break;
    }
  }
  while (at > from && TRAILING[text.charCodeAt(at - 1)] === 1) at--;
  return at;
}

/** Whether an escape such as `%3D` ends at `from`: the value is written with escapes, too. */
function endsEscape(text: string, from: number): boolean {
  const code = text.slice(from - 2, from).toUpperCase();
  if (code !== '3D' && code !== '3A') return false;
  const window = Math.max(0, from - 12);
  const percent = text.slice(window, from).lastIndexOf('%');
  return percent !== -1 && percentEscapeEnd(text, window + percent) === from;
}

/** A quote inside a word is part of it; `&` and `;` are, unless what follows is the next `name=`. */
function endsBare(text: string, at: number, from: number): boolean {
  const character = text[at] as string;
  const next = text[at + 1];
  if (character === '"' || character === "'" || character === '`') {
    return at === from || !isWord(text, at - 1) || !isWord(text, at + 1);
  }
  if (character !== '&' && character !== ';') return true;
  if (next === undefined || next === character || isSpace(text, at + 1)) return true;
  if (CHARACTER_SETS.alphanumeric[next.charCodeAt(0)] !== 1)
    return character === '&' ? isEntity(text, at) : false;
  return isEntity(text, at) || isNextName(text, at + 1);
}

/** Whether a letter, a digit or `_` stands there. */
export function isWord(text: string, at: number): boolean {
  return CHARACTER_SETS.word[text.charCodeAt(at)] === 1;
}

function isEntity(text: string, at: number): boolean {
  const from = text[at + 1] === '#' ? at + 2 : at + 1;
  const end = runEnd(text, from, CHARACTER_SETS.alphanumeric, at + 9);
  return text[at] === '&' && end > from && text[end] === ';';
}

function endsAtBackslash(text: string, at: number): boolean {
  const next = text[at + 1] ?? '';
  if (next === 'r' && text.startsWith('\\n', at + 2)) return true;
  if (next === 'n' || next === 'r' || next === 't') return isNextName(text, at + 2);
  return next === 'u' && /^u00(?:26|22|27|3c|3e)/i.test(text.slice(at + 1, at + 6));
}
