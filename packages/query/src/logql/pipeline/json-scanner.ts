/** What a value of JSON is. */
type JsonType = 'string' | 'number' | 'object' | 'array' | 'boolean' | 'null';

/** A value in a text; of a string without its quotes. */
export interface JsonValue {
  readonly type: JsonType;
  readonly from: number;
  readonly to: number;
  /** Behind it, the quote included. */
  readonly end: number;
}

/** Why a text is no JSON, in the words of the parser that Loki uses: it reads forgivingly, and so does this. */
export type JsonProblem =
  | 'Malformed JSON error'
  | "Value is string, but can't find closing '\"' symbol"
  | "Value is array, but can't find closing ']' symbol"
  | "Value looks like object, but can't find closing '}' symbol"
  | 'Unknown value type'
  | 'Encountered an invalid escape sequence in a string';

const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;

/** Place of the first sign at or behind `from` that is no white space, or -1. */
export function nextToken(text: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code !== space && code !== 10 && code !== 13 && code !== 9) return at;
  }
  return -1;
}

/** Place behind the closing quote of a string whose first character is at `from`, or -1. */
export function stringEnd(text: string, from: number, to: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && at < to) {
    let slashes = 0;
    while (at - slashes - 1 >= from && text.charCodeAt(at - slashes - 1) === backslash) slashes += 1;
    if (slashes % 2 === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  return -1;
}

/** Place behind the bracket that closes the one at `from`, or -1. Brackets of the other kind are not looked at. */
export function blockEnd(text: string, from: number, to: number): number {
  const open = text.charCodeAt(from);
  const close = open + 2;
  let level = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      const end = stringEnd(text, at + 1, to);
      if (end === -1) return -1;
      at = end - 1;
    } else if (code === open) {
      level += 1;
    } else if (code === close) {
      level -= 1;
      if (level === 0) return at + 1;
    }
  }
  return -1;
}

/** The value that begins at or behind `from`, or why there is none. */
export function valueAt(text: string, from: number, to: number): JsonValue | JsonProblem {
  const at = nextToken(text, from, to);
  if (at === -1) return 'Malformed JSON error';
  const first = text[at];
  if (first === '"') {
    const end = stringEnd(text, at + 1, to);
    if (end === -1) return "Value is string, but can't find closing '\"' symbol";
    return { type: 'string', from: at + 1, to: end - 1, end };
  }
  if (first === '{' || first === '[') {
    const end = blockEnd(text, at, to);
    if (end !== -1) return { type: first === '{' ? 'object' : 'array', from: at, to: end, end };
    return first === '{'
      ? "Value looks like object, but can't find closing '}' symbol"
      : "Value is array, but can't find closing ']' symbol";
  }
  const end = tokenEnd(text, at, to);
  const type = wordType(text.slice(at, end));
  return type === undefined ? 'Unknown value type' : { type, from: at, to: end, end };
}

function tokenEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === space || code === 10 || code === 13 || code === 9) return at;
    if (code === 0x2c || code === 0x7d || code === 0x5d) return at;
  }
  return to;
}

function wordType(word: string): JsonType | undefined {
  if (word === 'true' || word === 'false') return 'boolean';
  if (word === 'null') return 'null';
  const first = word.charCodeAt(0);
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? 'number' : undefined;
}

/** What is done with a pair of an object; anything but undefined ends the walk. */
export type PairVisitor<Stop> = (key: string, value: JsonValue) => Stop | undefined;

/** Walks over the pairs of the object that begins at or behind `from`. */
export function eachPair<Stop>(
  text: string,
  from: number,
  to: number,
  visit: PairVisitor<Stop>,
): Stop | JsonProblem | undefined {
  const malformedObject = "Value looks like object, but can't find closing '}' symbol";
  const malformedArray = "Value is array, but can't find closing ']' symbol";
  const malformed = 'Malformed JSON error';
  let at = nextToken(text, from, to);
  if (at === -1 || text[at] !== '{') return malformedObject;
  at = nextToken(text, at + 1, to);
  if (at === -1) return malformed;
  while (at < to) {
    if (text[at] === '}') return undefined;
    if (text[at] !== '"') return malformedObject;
    const keyEnd = stringEnd(text, at + 1, to);
    if (keyEnd === -1) return malformed;
    const key = unescapeJson(text.slice(at + 1, keyEnd - 1));
    if (key === undefined) return 'Encountered an invalid escape sequence in a string';
    at = nextToken(text, keyEnd, to);
    if (at === -1 || text[at] !== ':') return malformed;
    const value = valueAt(text, at + 1, to);
    if (typeof value === 'string') return value;
    const stop = visit(key, value);
    if (stop !== undefined) return stop;
    at = nextToken(text, value.end, to);
    if (at === -1) return malformedArray;
    if (text[at] === '}') return undefined;
    if (text[at] !== ',') return malformedObject;
    at = nextToken(text, at + 1, to);
    if (at === -1) return malformedArray;
  }
  return malformedObject;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** The text of a JSON string from what stands between its quotes; undefined when an escape is none. */
export function unescapeJson(text: string): string | undefined {
  let slash = text.indexOf('\\');
  if (slash === -1) return text;
  let result = text.slice(0, slash);
  for (;;) {
    const letter = text.charAt(slash + 1);
    let next = slash + 2;
    if (letter === 'u') {
      const character = unicodeEscape(text, slash);
      if (character === undefined) return undefined;
      result += character.text;
      next = slash + character.length;
    } else {
      const short = Object.hasOwn(shortEscapes, letter) ? shortEscapes[letter] : undefined;
      if (short === undefined) return undefined;
      result += short;
    }
    slash = text.indexOf('\\', next);
    if (slash === -1) return result + text.slice(next);
    result += text.slice(next, slash);
  }
}

function unicodeEscape(
  text: string,
  at: number,
): { readonly text: string; readonly length: number } | undefined {
  const first = hexAt(text, at);
  if (first === undefined) return undefined;
  if (first < 0xd8_00 || first > 0xdf_ff) return { text: String.fromCodePoint(first), length: 6 };
  const second = hexAt(text, at + 6);
  if (second === undefined || second < 0xdc_00) return undefined;
  const code = 0x1_00_00 + (first - 0xd8_00) * 0x4_00 + (second - 0xdc_00);
  return { text: code > 0x10_ff_ff ? '\ufffd' : String.fromCodePoint(code), length: 12 };
}

/** The four hexadecimal digits behind `\u`; that it is `\u`, the second time nobody asks. */
function hexAt(text: string, at: number): number | undefined {
  const digits = text.slice(at + 2, at + 6);
  return /^[\da-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/**
 * Walks over the values of the list that begins at `from`.
 *
 * @returns place of the bracket that closes it, or of where the list cannot be read on
 */
export function eachItem(text: string, from: number, to: number, visit: (value: JsonValue) => void): number {
  let at = nextToken(text, from + 1, to);
  if (at === -1) return from + 1;
  if (text[at] === ']') return at;
  for (;;) {
    const value = valueAt(text, at, to);
    if (typeof value === 'string') return at;
    visit(value);
    const next = nextToken(text, value.end, to);
    if (next === -1) return value.end;
    if (text[next] !== ',') return next;
    at = next + 1;
  }
}
