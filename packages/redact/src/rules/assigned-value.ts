import { CHARACTER_SETS, characterSet, isSpace, runEnd } from '../characters.ts';
import { bareEnd, isWord } from './bare-end.ts';
import { bracketsAt, markedValue } from './markup.ts';
import { NAME, skipColours, skipSpaces } from './name-characters.ts';
import { closingEnd, containerEnd, quoteAt, quotedEnd } from './quoting.ts';
import type { MarkedValue } from './markup.ts';

/** A value as it stands in a text, without the quotes around it. */
export interface Value {
  readonly from: number;
  readonly to: number;
  /** Without quotes or brackets: one word, whose end is a guess. */
  readonly isBare: boolean;
}

/** Letters in front of a string: `N'…'` in SQL, `b'…'` in Python, `$'…'` in a shell, `@"…"` in C#. */
const STRING_PREFIX = characterSet('NbBuUrRfFeE$@');
/** Names whose value runs to the end of the line: headers, and phrases of many words. */
const LINE_NAMES = /(?:authorization|cookie|phrase|mnemonic)s?$/i;
/** What ends the first word in brackets. */
const ENDS_FIRST = characterSet(' \t\r\n\v\f"\'`{}[]()\\&%<:=,');
const MAX_FIRST_LENGTH = 4096;
/** Longest words in brackets [characters]. */
const MAX_BRACED_LENGTH = 256;
/** Characters of angle brackets in a row that are looked over. */
const MAX_BRACKETS = 16;
/** Names whose value is printed in groups: `IBAN: DE89 3704 0044 …`. */
const GROUPED_NAMES = /(?:iban|number|ssn|aadhaar|account)$/i;
const CREDENTIAL_SCHEMES = new Set(['bearer', 'basic', 'token', 'apikey', 'api-key', 'negotiate', 'jwt']);

/**
 * The value that begins at `valueFrom`, whatever way it is written.
 *
 * @param openQuote the quote in front of the name, if any: what ends a header in `-H "Authorization: …"`
 */
export function valueAt(text: string, valueFrom: number, name: string, openQuote: string | undefined): Value {
  let found: Value | number = valueFrom;
  // Step by step, and not each within the one before: a text may hold more of `<b>(<b>(` than the stack does.
  while (typeof found === 'number') found = valueOrInside(text, skipColours(text, found), name, openQuote);
  return found;
}

/** The value at `start`, or, where a bracket or markup stands around it, the index at which it may begin inside. */
function valueOrInside(
  text: string,
  start: number,
  name: string,
  openQuote: string | undefined,
): Value | number {
  const prefixed = quoteAt(text, start) ?? stringPrefix(text, start);
  if (prefixed !== undefined) {
    const from = start + prefixed.length;
    return { from, to: quotedEnd(text, from, prefixed), isBare: false };
  }
  const opening = text[start];
  if (opening === '{' || opening === '[' || (opening === '(' && quoteAt(text, start + 1) !== undefined)) {
    return bracketValue(text, start);
  }
  const instance = opening === '<' ? instanceEnd(text, start) : undefined;
  if (instance !== undefined) return { from: start, to: instance, isBare: false };
  // A sentence's bracket around one of the value.
  if (opening === '(' && bracketsAt(text, start + 1) !== undefined) return start + 1;
  const marked = markedValue(text, start);
  if (marked !== undefined && marked.from > start && marked.to === undefined) return marked.from;
  if (marked !== undefined) return angleValue(text, marked);
  const block = yamlBlockEnd(text, start, name);
  if (block !== undefined) return { from: start, to: block, isBare: false };
  if (LINE_NAMES.test(name)) return lineValue(text, start, openQuote);
  const to = bareEnd(text, start);
  const further = fartherEnd(text, start, to, name);
  return { from: start, to: further, isBare: further === to };
}

/** A quote behind a letter that says what kind of string it is, its length with that letter. */
function stringPrefix(text: string, at: number): ReturnType<typeof quoteAt> {
  if (STRING_PREFIX[text.charCodeAt(at)] !== 1) return undefined;
  const quote = text[at + 1] === '"' || text[at + 1] === "'" ? quoteAt(text, at + 1) : undefined;
  return quote === undefined ? undefined : { ...quote, length: quote.length + 1 };
}

/**
 * `{…}`, and `[Object: null prototype] {…}`, cut off or not; what is glued to the bracket belongs to the value. A bracket can
 * also be a letter of a word: `{abc` that nothing closes takes the word, and leaves the rest of the text.
 */
function bracketValue(text: string, from: number): Value {
  if (beginsContainer(text, from)) return { from, to: containersEnd(text, from), isBare: false };
  const to = bracedEnd(text, from);
  return to === undefined ? { from, to: bareEnd(text, from), isBare: true } : { from, to, isBare: false };
}

/** Lists, objects and maps begin with a space, a mark or another bracket, or with a word and what sets it apart. */
function beginsContainer(text: string, from: number): boolean {
  const start = from + 1;
  const limit = Math.min(text.length, start + MAX_FIRST_LENGTH);
  let end = start;
  while (end < limit && ENDS_FIRST[text.charCodeAt(end)] !== 1) end++;
  if (end === start || end === start + MAX_FIRST_LENGTH) return true;
  const next = text[isSpace(text, end) ? end + 1 : end];
  return next === ':' || next === '=' || next === ',';
}

function containersEnd(text: string, from: number): number {
  const end = containerEnd(text, from);
  if (text[end] === ' ' && text[end + 1] === '{' && text[from] === '[') return containerEnd(text, end + 1);
  return isWord(text, end) ? bareEnd(text, end) : end;
}

/** Index behind words in brackets that close in their line: `[a b]`, and ODBC's `{a b}`, where `}}` is one of the value. */
function bracedEnd(text: string, from: number): number | undefined {
  const [line = ''] = /^[^\r\n]*/.exec(text.slice(from, from + MAX_BRACED_LENGTH)) ?? [];
  const length = closingEnd(line, 0);
  if (length === undefined) return undefined;
  const [doubled = ''] = text[from] === '{' ? (/^(?:\}[^"'`}]*\})+/.exec(line.slice(length)) ?? []) : [];
  const end = from + length + doubled.length;
  return isWord(text, end) ? bareEnd(text, end) : end;
}

/** `<Buffer 0a 0b>`, `<ref *1> {…}`; undefined where no instance is written. */
function instanceEnd(text: string, from: number): number | undefined {
  if (!text.startsWith('<Buffer ', from) && !text.startsWith('<ref *', from)) return undefined;
  const end = text.indexOf('>', from) + 1;
  if (end === 0) return text.length;
  const isReferred = text[end] === ' ' && (text[end + 1] === '{' || text[end + 1] === '[');
  return isReferred ? containerEnd(text, end + 1) : end;
}

/** `<abc>` with what is glued to it, the text of an element, or a word behind a bracket that nothing closes: `<abc`. */
function angleValue(text: string, { from, to }: MarkedValue): Value {
  if (to !== undefined)
    return { from, to: to > from && isWord(text, to) ? bareEnd(text, to) : to, isBare: false };
  let wordFrom = from;
  // `<<abc>>`
  for (let brackets = bracketsAt(text, from); brackets !== undefined && wordFrom < from + MAX_BRACKETS;) {
    wordFrom += brackets[0].length;
    brackets = bracketsAt(text, wordFrom);
  }
  const end = bareEnd(text, wordFrom);
  const isComparison =
    !isWord(text, wordFrom) || /^\d+(?:\.\d+)?[a-z%]{0,2}$/i.test(text.slice(wordFrom, end));
  return { from, to: isComparison ? from : end, isBare: true };
}

/** What belongs to a bare word: its instance's body, the default behind it, the next groups of a number. */
function fartherEnd(text: string, from: number, to: number, name: string): number {
  if (to === from) return to;
  // `Session { … }`, `Uint8Array(4) [ … ]`: how `util.inspect` shows an instance.
  if (isInstance(text, from, to)) {
    const at = text[to] === ')' ? to + 1 : to;
    if (text[at] === ' ' && (text[at + 1] === '{' || text[at + 1] === '[')) return containerEnd(text, at + 1);
  }
  // `PASSWORD('abc')` in SQL, `encrypt("abc")` in code.
  const argument = text[to - 1] === '(' ? quoteAt(text, to) : undefined;
  if (argument !== undefined) return quotedEnd(text, to + argument.length, argument);
  // `token = env.TOKEN || 'abc'`, `password: string = 'abc'`
  const operator = [' || ', ' ?? ', ' = '].find((candidate) => text.startsWith(candidate, to));
  if (operator !== undefined) {
    const quote = quoteAt(text, to + operator.length);
    if (quote !== undefined) return quotedEnd(text, to + operator.length + quote.length, quote);
  }
  return GROUPED_NAMES.test(name) ? groupsEnd(text, from, to) : to;
}

function isInstance(text: string, from: number, to: number): boolean {
  const first = text.charCodeAt(from);
  if (first < 65 || first > 90) return false;
  const nameEnd = runEnd(text, from, CHARACTER_SETS.word, from + 64);
  return nameEnd === to || (text[nameEnd] === '(' && runEnd(text, nameEnd + 1, CHARACTER_SETS.digits) === to);
}

/**
 * Index behind the groups that go on with a number that is printed in them. A group has a digit, so that it is no word; in
 * an IBAN the code of a bank has none: `GB29 NWBK 6016 1331 9268 19`. There all groups but the last have four characters.
 */
function groupsEnd(text: string, from: number, to: number): number {
  const isIban = /^[A-Z]{2}\d\d$/.test(text.slice(from, to));
  let end = to;
  let at = to;
  for (let groups = 0; groups < 8; groups++) {
    const groupEnd = runEnd(text, at + 1, CHARACTER_SETS.upperAlphanumeric, at + 6);
    const length = groupEnd - at - 1;
    if (text[at] !== ' ' || length < 2 || length > 4 || isWord(text, groupEnd)) break;
    const hasDigit = /\d/.test(text.slice(at + 1, groupEnd));
    if (!hasDigit && !(isIban && length === 4)) break;
    at = groupEnd;
    // Letters belong to it only in front of a group with a digit.
    if (hasDigit) end = at;
    if (isIban && length < 4) break;
  }
  return end;
}

/** A header's value: a scheme with its credential, or everything to the end of the line or the quote around it. */
function lineValue(text: string, from: number, openQuote: string | undefined): Value {
  const schemeEnd = runEnd(text, from, NAME);
  if (CREDENTIAL_SCHEMES.has(text.slice(from, schemeEnd).toLowerCase()) && text[schemeEnd] === ' ') {
    const credential = skipSpaces(text, schemeEnd);
    const quote = quoteAt(text, credential);
    if (quote !== undefined && text[credential] !== openQuote) {
      return { from, to: quotedEnd(text, credential + quote.length, quote), isBare: false };
    }
    const end = bareEnd(text, credential);
    // `Token token="…"`: parameters rather than a credential.
    if (text[end] !== '"' || text[end - 1] !== '=') return { from, to: end, isBare: false };
  }
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r' && text[at] !== openQuote) {
    // In a JSON string the line ends at an escaped line break.
    if (text[at] === '\\' && (text[at + 1] === 'n' || text[at + 1] === 'r')) break;
    at++;
  }
  return { from, to: at, isBare: runEnd(text, from, CHARACTER_SETS.base64url) === at };
}

/** A YAML block scalar (`|`, `>-`) or, under a plural, a list: the lines below that are indented more. */
function yamlBlockEnd(text: string, from: number, name: string): number | undefined {
  const isScalar = text[from] === '|' || text[from] === '>';
  let lineEnd = isScalar ? from + 1 : from;
  const indicatorsEnd = isScalar ? from + 4 : from;
  while (lineEnd < indicatorsEnd && '+-0123456789'.includes(text[lineEnd] ?? ' ')) lineEnd++;
  if (text[lineEnd] === '\r') lineEnd++;
  if (text[lineEnd] !== '\n' || from === 0) return undefined;
  if (!isScalar && !/^ *- /.test(text.slice(lineEnd + 1, lineEnd + 64))) return undefined;
  const nameLine = text.lastIndexOf('\n', from - 1) + 1;
  const indent = from - nameLine > 256 ? 0 : indentOf(text, nameLine);
  // A list may stand as far to the left as its name.
  const least = isScalar ? indent + 1 : indent;
  let end = lineEnd;
  while (text[end] === '\n') {
    const lineFrom = end + 1;
    const next = text.indexOf('\n', lineFrom);
    const to = next === -1 ? text.length : next;
    const depth = indentOf(text, lineFrom);
    const isBlank = lineFrom + depth >= to;
    if (!isBlank && (depth < least || (!isScalar && depth === indent && text[lineFrom + depth] !== '-')))
      break;
    end = to;
  }
  return end === lineEnd || name === '' ? undefined : end;
}

function indentOf(text: string, lineFrom: number): number {
  let at = lineFrom;
  while (text[at] === ' ') at++;
  return at - lineFrom;
}
