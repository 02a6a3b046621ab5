import {
  DESCRIBING_FIRST_WORDS,
  DESCRIBING_LAST_WORDS,
  SECRET_AS_DESCRIBED,
  SECRET_EXCEPTIONS,
  SECRET_IN_URL,
  SECRET_LAST_WORDS,
  SECRET_PARTS,
} from './key-words.ts';

/** What a name says of the value it stands for. */
export type KeySecrecy =
  /** Nothing. */
  | 'open'
  /** The value is a secret. */
  | 'secret'
  /** The value is a secret, unless it is a number: `tokens: 512` counts, `tokens: ['…']` leaks. */
  | 'secret-unless-number'
  /** A secret in the query of a URL only: `?sig=…`. */
  | 'secret-in-url';

export type KeyClassifier = (key: string) => KeySecrecy;

/** Whether the value is a secret wherever it stands; a number under it may still be a count. */
export function isSecret(secrecy: KeySecrecy): boolean {
  return secrecy === 'secret' || secrecy === 'secret-unless-number';
}

/** Remembered names; past this many the memory starts again, so that hostile names cannot fill it. */
const CACHE_SIZE = 4096;
/** A longer name is judged each time by its last characters: names are short, and this keeps the memory small. */
const MAX_CACHED_KEY_LENGTH = 128;

/**
 * Compiles the judgement of names: any case, any spelling (`apiKey`, `api_key`, `X-API-Key`, `APIKEY`).
 *
 * @param extra names that are secret as well; they count wherever they stand in a name
 * @param allowed names that are never secret, compared without case and separators
 */
export function createKeyClassifier(extra: readonly string[], allowed: readonly string[]): KeyClassifier {
  const extraParts = extra.map(squash);
  const allowedNames = new Set(allowed.map(squash));
  const cache = new Map<string, KeySecrecy>();

  function judge(key: string): KeySecrecy {
    const end = key.length > MAX_CACHED_KEY_LENGTH ? key.slice(-MAX_CACHED_KEY_LENGTH) : key;
    const spelled = splitWords(plainLetters(end));
    const name = spelled.join('');
    if (name === '' || allowedNames.has(name)) return 'open';
    if (extraParts.some((part) => name.includes(part))) return 'secret';
    const last = spelled.at(-1) ?? '';
    if (SECRET_IN_URL.has(name)) return 'secret-in-url';
    if (SECRET_AS_DESCRIBED.some((ending) => name.endsWith(ending))) return 'secret';
    if (
      spelled.length > 1 &&
      (DESCRIBING_LAST_WORDS.has(last) || DESCRIBING_FIRST_WORDS.has(spelled[0] ?? ''))
    ) {
      return 'open';
    }
    if (SECRET_EXCEPTIONS.some((part) => name.includes(part))) return 'open';
    if (SECRET_LAST_WORDS.has(last) || SECRET_PARTS.some((part) => name.includes(part))) {
      return /^(?:pass|sessions)$|(?:tokens|cookies|secrets|passwords|credentials)$/.test(last)
        ? 'secret-unless-number'
        : 'secret';
    }
    return 'open';
  }

  return function keySecrecy(key) {
    const known = cache.get(key);
    if (known !== undefined) return known;
    const judged = judge(key);
    if (key.length <= MAX_CACHED_KEY_LENGTH) {
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(key, judged);
    }
    return judged;
  };
}

/** Full-width letters, accents and characters without width change nothing: `ｐａｓｓｗｏｒｄ`, `contraseña`. */
function plainLetters(key: string): string {
  return /^[\x20-\x7e]*$/.test(key) ? key : key.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}]/gu, '');
}

/** The literal by which a text scanner finds a name of the caller's: its longest word. */
export function keyAnchor(key: string): string {
  return splitWords(key).reduce((longest, word) => (word.length > longest.length ? word : longest), '');
}

/** `X-API-Key`, `apiKey` and `api_key2` in words, lower case: `x api key`, `api key`, `api key`. */
export function splitWords(key: string): string[] {
  const words: string[] = [];
  let word = '';
  let previous = 0;
  for (let at = 0; at < key.length; at++) {
    const code = key.charCodeAt(at);
    const upper = code >= 65 && code <= 90;
    const letter = upper || (code >= 97 && code <= 122) || code > 127;
    const digit = code >= 48 && code <= 57;
    // `apiKey` breaks before K; `APIKey` breaks before the K that starts a word, not inside the capitals.
    const startsWord = upper && (isLower(previous) || (isUpper(previous) && isLower(key.charCodeAt(at + 1))));
    if ((startsWord || !(letter || digit)) && word !== '') {
      words.push(word);
      word = '';
    }
    if (letter || digit) word += String.fromCharCode(upper ? code + 32 : code);
    previous = code;
  }
  if (word !== '') words.push(word);
  return trimNumbers(words);
}

/** A number at the end is a copy's number (`password2`, `api_key_1`), not part of the name; `last4` stays. */
function trimNumbers(words: string[]): string[] {
  const last = words.at(-1);
  if (last === undefined || last === 'last4') return words;
  let end = last.length;
  while (end > 0 && last.charCodeAt(end - 1) >= 48 && last.charCodeAt(end - 1) <= 57) end--;
  if (end === last.length) return words;
  if (end > 0) return [...words.slice(0, -1), last.slice(0, end)];
  return words.length > 1 ? words.slice(0, -1) : words;
}

function squash(key: string): string {
  return splitWords(plainLetters(key)).join('');
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isUpper(code: number): boolean {
  return code >= 65 && code <= 90;
}
