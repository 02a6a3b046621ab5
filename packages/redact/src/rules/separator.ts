import { CHARACTER_SETS, runEnd, runStart } from '../characters.ts';
import {
  COMPLETING_WORDS,
  LEANING_WORDS,
  LINKING_WORDS,
  NAME,
  skipBlank,
  skipColours,
  skipSpaces,
} from './name-characters.ts';
import { percentEscapeEnd, quoteAt } from './quoting.ts';

/** A name and the place where its value begins. */
export interface Assignment {
  readonly name: string;
  /** What stands in brackets behind the name, if it is a word: `tokens[main]`. */
  readonly index?: string;
  /** Index at which the value begins, its opening quote included. */
  readonly valueFrom: number;
}

/** What assigns or compares, the longest of a beginning first. */
const OPERATORS = [
  '===',
  '!==',
  '||=',
  '??=',
  '==',
  '!=',
  '<>',
  '=>',
  ':=',
  '->',
  '+=',
  '?=',
  '=:',
  '=',
  ':',
  // As they are typed in Chinese and Japanese.
  '\uff1a',
  '\uff1d',
];
/** Comparisons and calls that are one only in front of a quoted value. */
const QUOTED_OPERATORS = ['like ', 'not like ', 'in (', '('];
const ESCAPED_OPERATORS = ['\\u003d', '\\u003a', '\\u003D', '\\u003A'];
/** Directly in front of a quoted value these need no operator: `PASSWORD 'x'` in SQL, `wrong password "x"`. */
const SPOKEN_WITH_VALUE = /(?:passw(?:or)?d|passphrase|passcode|pwd)$/i;
const MAX_LEANING_LENGTH = 6;
const MAX_INDEX_LENGTH = 64;
const MAX_INDEXES = 4;
/** `ENV API_KEY abc`, `setx API_KEY abc`, `configure set aws_secret_access_key abc`. */
const SETTING_WORDS = new Set(['env', 'arg', 'setx', 'set']);

/** Where the value begins that the name at `nameFrom`…`nameEnd` announces, if it announces one. */
export function valueAfterName(text: string, nameFrom: number, nameEnd: number): Assignment | undefined {
  const lastWord = text.slice(nameFrom, nameEnd);
  const indexed = afterWordIndex(text, nameFrom, nameEnd);
  if (indexed !== undefined) return { ...indexed, name: lastWord };
  const isInBrackets = text[nameEnd] === '>' && text[nameFrom - 1] === '<';
  const valueFrom = afterSeparator(text, isInBrackets ? nameEnd + 1 : nameEnd);
  if (valueFrom === undefined && lastWord.startsWith('-')) {
    const flagValue = afterFlag(text, nameEnd);
    if (flagValue !== undefined) return { name: lastWord, valueFrom: flagValue };
  }
  if (valueFrom === undefined && text[nameEnd] !== ' ') return undefined;
  const name = leans(lastWord) ? `${previousWord(text, nameFrom)} ${lastWord}` : lastWord;
  const found =
    valueFrom === undefined
      ? (afterWords(text, name, nameEnd) ?? spokenValue(text, name, nameFrom, nameEnd))
      : { name, valueFrom };
  // A parser names what it met: `Unexpected token: …`.
  return found === undefined || /^unexpected$/i.test(previousWord(text, nameFrom)) ? undefined : found;
}

/** `tokens[main]=…`, `user[tokens][main]=…`, `tokens["main"]: …`, `tokens%5Bmain%5D=…` */
function afterWordIndex(
  text: string,
  nameFrom: number,
  nameEnd: number,
): Omit<Assignment, 'name'> | undefined {
  const first = text[nameEnd];
  if (first !== '[' && first !== ']' && first !== '%') return undefined;
  // `[token][debug]: …` in front of a line is no index.
  const isIndex = text[nameFrom - 1] === '[' && NAME[text.charCodeAt(nameFrom - 2)] === 1;
  let end = (first === ']' && isIndex) || isEscape(text, nameEnd, 'D') ? bracketEnd(text, nameEnd) : nameEnd;
  const words: string[] = [];
  while (words.length < MAX_INDEXES && (text[end] === '[' || isEscape(text, end, 'B'))) {
    const opened = bracketEnd(text, end);
    const from = opened + (quoteAt(text, opened)?.length ?? 0);
    const to = runEnd(text, from, NAME, from + MAX_INDEX_LENGTH);
    const close = to + (quoteAt(text, to)?.length ?? 0);
    if (text[close] !== ']' && !isEscape(text, close, 'D')) return undefined;
    words.push(text.slice(from, to));
    end = bracketEnd(text, close);
  }
  const index = words.join(' ').trim();
  const valueFrom = index === '' ? undefined : afterSeparator(text, end);
  return valueFrom === undefined ? undefined : { index, valueFrom };
}

/** Index behind a bracket, which may be escaped for a URL. */
function bracketEnd(text: string, at: number): number {
  return text[at] === '%' ? percentEscapeEnd(text, at) : at + 1;
}

/** `--token abc`, and `'--token', 'abc'` in a list of arguments. */
function afterFlag(text: string, nameEnd: number): number | undefined {
  if (text[nameEnd] === ' ') return text[nameEnd + 1] === '-' ? undefined : nameEnd + 1;
  const quote = quoteAt(text, nameEnd);
  if (quote === undefined || text[nameEnd + quote.length] !== ',') return undefined;
  const from = skipBlank(text, nameEnd + quote.length + 1);
  return quoteAt(text, from) === undefined ? undefined : from;
}

/** Up to two more words belong to the name: `api key: …`, `API key provided: …`. */
function afterWords(text: string, firstWord: string, nameEnd: number): Assignment | undefined {
  let name = firstWord;
  let end = nameEnd;
  for (let count = 0; count < 2 && text[end] === ' '; count++) {
    const wordEnd = runEnd(text, end + 1, CHARACTER_SETS.word, end + 12);
    if (wordEnd === end + 1 || wordEnd === end + 12) return undefined;
    const word = text.slice(end + 1, wordEnd).toLowerCase();
    if (COMPLETING_WORDS.has(word)) name += ` ${word}`;
    else if (!LINKING_WORDS.has(word)) return undefined;
    end = wordEnd;
    const valueFrom = afterSeparator(text, end);
    if (valueFrom !== undefined) return { name, valueFrom };
  }
  return undefined;
}

/** A value that follows its name without an operator. */
function spokenValue(text: string, name: string, nameFrom: number, nameEnd: number): Assignment | undefined {
  const valueFrom = skipSpaces(text, nameEnd);
  const quote = quoteAt(text, valueFrom);
  if (quote !== undefined) {
    const isAnnounced = SPOKEN_WITH_VALUE.test(name) || looksRandom(text, valueFrom + quote.length);
    return isAnnounced ? { name, valueFrom } : undefined;
  }
  if (name.includes('_') && SETTING_WORDS.has(previousWord(text, nameFrom).toLowerCase())) {
    return { name, valueFrom };
  }
  return name === 'password' && isAfterLogin(text, nameFrom) ? { name, valueFrom } : undefined;
}

/** Ten letters and digits at least, both kinds: not a word, nor a name such as `tls-cert`. */
function looksRandom(text: string, from: number): boolean {
  const end = runEnd(text, from, CHARACTER_SETS.base64url, from + 64);
  const run = text.slice(from, end);
  return run.length >= 10 && /\d/.test(run) && /[A-Za-z]/.test(run);
}

/** `machine x login bob password abc`: a line of `.netrc`. */
function isAfterLogin(text: string, nameFrom: number): boolean {
  const before = text
    .slice(Math.max(0, nameFrom - 96), nameFrom)
    .trim()
    .split(/\s/);
  return before.at(-2) === 'login';
}

function leans(word: string): boolean {
  return word.length <= MAX_LEANING_LENGTH && LEANING_WORDS.has(word.toLowerCase());
}

function previousWord(text: string, nameFrom: number): string {
  if (text[nameFrom - 1] !== ' ') return '';
  return text.slice(runStart(text, nameFrom - 1, NAME, Math.max(0, nameFrom - 24)), nameFrom - 1);
}

/** Index of the value behind an operator and the spaces around it; the name may be quoted or in brackets. */
export function afterSeparator(text: string, nameEnd: number): number | undefined {
  const isPlain = text[nameEnd] === ' ' || text[nameEnd] === '=' || text[nameEnd] === ':';
  const at = skipSpaces(text, isPlain ? nameEnd : afterBrackets(text, nameEnd));
  const operatorEnd = afterOperator(text, at);
  if (operatorEnd !== undefined) {
    const valueFrom = skipColours(text, skipSpaces(text, operatorEnd));
    if (text[valueFrom] !== '\n' && text[valueFrom] !== '\r') return valueFrom;
    // Pretty printers break the line between a name and a quoted value.
    const below = skipBlank(text, valueFrom);
    return quoteAt(text, nameEnd) !== undefined && quoteAt(text, below) !== undefined ? below : valueFrom;
  }
  if ((at === nameEnd && text[at] !== '(') || !'lLnNiI('.includes(text[at] ?? '-')) return undefined;
  const start = text.slice(at, at + 9).toLowerCase();
  const operator = QUOTED_OPERATORS.find((candidate) => start.startsWith(candidate));
  if (operator === undefined) return undefined;
  const valueFrom = skipSpaces(text, at + operator.length);
  if (quoteAt(text, valueFrom) === undefined) return undefined;
  if (operator === 'in (') return at + 3;
  // Path `token` (`abc`) is longer than the maximum allowed length.
  const isQuoted = text[nameEnd] === '`' && text[valueFrom] === '`';
  return operator !== '(' || isQuoted || SPOKEN_WITH_VALUE.test(text.slice(nameEnd - 10, nameEnd))
    ? valueFrom
    : undefined;
}

/** `name"`, `name]`, `name"]`, `name[0]`, `name][]`, `name)]`, `name%5D`, and colours in between. */
function afterBrackets(text: string, nameEnd: number): number {
  let at = nameEnd;
  for (let count = 0; count < 4; count++) {
    const character = text[at];
    const quote = quoteAt(text, at);
    if (quote !== undefined) at += quote.length;
    else if (character === ']' || character === '\u201d' || character === '\u2019') at++;
    else if (character === ')' && text[at + 1] === ']') at += 2;
    else if (character === '[') {
      const end = runEnd(text, at + 1, CHARACTER_SETS.digits, at + 8);
      if (text[end] !== ']') break;
      at = end + 1;
    } else if (character === '\u001b') at = skipColours(text, at);
    else if (isEscape(text, at, 'B', 'D')) at = percentEscapeEnd(text, at);
    else break;
  }
  return at;
}

/** `%5B` and `%5D`, however often escaped. */
function isEscape(text: string, at: number, ...seconds: readonly string[]): boolean {
  const end = percentEscapeEnd(text, at);
  return end > at && text[end - 2] === '5' && seconds.includes((text[end - 1] ?? '').toUpperCase());
}

function afterOperator(text: string, at: number): number | undefined {
  const character = text[at];
  if (character === '%') {
    const end = percentEscapeEnd(text, at);
    const code = text.slice(end - 2, end).toUpperCase();
    return code === '3D' || code === '3A' ? end : undefined;
  }
  if (character === '\\') {
    return ESCAPED_OPERATORS.some((operator) => text.startsWith(operator, at)) ? at + 6 : undefined;
  }
  // Every operator begins or goes on with one of these: most names in prose end the search here.
  if (character === undefined || !'=:!|?<-+\uff1a\uff1d'.includes(character)) return undefined;
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at));
  return operator === undefined ? undefined : at + operator.length;
}
