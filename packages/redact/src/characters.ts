/** Sets of ASCII characters, as tables that the scanners index by character code. */
export type CharacterSet = Uint8Array;

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();

/** The characters of `characters`, each once or more. */
export function characterSet(characters: string): CharacterSet {
  const set = new Uint8Array(128);
  for (const character of characters) {
    const code = character.charCodeAt(0);
    if (code < 128) set[code] = 1;
  }
  return set;
}

/** The sets that token formats are written in. */
export const CHARACTER_SETS = {
  digits: characterSet(DIGITS),
  hex: characterSet(`${DIGITS}abcdefABCDEF`),
  upperAlphanumeric: characterSet(DIGITS + UPPER),
  alphanumeric: characterSet(DIGITS + LOWER + UPPER),
  word: characterSet(`${DIGITS + LOWER + UPPER}_`),
  base64url: characterSet(`${DIGITS + LOWER + UPPER}_-`),
  base64: characterSet(`${DIGITS + LOWER + UPPER}+/=`),
  /** RFC 9110 `token68`, plus `=` wherever it stands. */
  token68: characterSet(`${DIGITS + LOWER + UPPER}-._~+/=`),
  /** Hashes of passwords as `crypt` writes them. */
  crypt: characterSet(`${DIGITS + LOWER + UPPER}./$=,+`),
  /** One part of a URL's path. */
  urlPart: characterSet(`${DIGITS + LOWER + UPPER}_-.~:`),
  path: characterSet(`${DIGITS + LOWER + UPPER}_-./`),
  /** A path within a URL's parameter. */
  escapedPath: characterSet(`${DIGITS + LOWER + UPPER}_-.%`),
} as const;

export type CharacterSetName = keyof typeof CHARACTER_SETS;

/** Index of the first character at or after `from` that is not in `set`; at most `limit`. */
export function runEnd(text: string, from: number, set: CharacterSet, limit = text.length): number {
  let at = from;
  while (at < limit && set[text.charCodeAt(at)] === 1) at++;
  return at;
}

/** Index of the first character of the run of `set` that ends before `to`; at least `limit`. */
export function runStart(text: string, to: number, set: CharacterSet, limit: number): number {
  let at = to;
  while (at > limit && set[text.charCodeAt(at - 1)] === 1) at--;
  return at;
}

const SPACE = characterSet(' \t\r\n\v\f');

export function isSpace(text: string, at: number): boolean {
  return SPACE[text.charCodeAt(at)] === 1;
}
