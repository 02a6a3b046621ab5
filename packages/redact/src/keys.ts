import {
  DESCRIBING_FIRST_WORDS,
  DESCRIBING_LAST_WORDS,
  SECRET_AS_DESCRIBED,
  SECRET_EXCEPTIONS,
  SECRET_IN_URL,
  SECRET_LAST_WORDS,
  SECRET_PARTS,
  SEEMING_QUESTIONS,
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
    const describing = spelled.findLast((word) => !RANDOM_WORD.test(word)) ?? '';
    if (SECRET_IN_URL.has(name)) return 'secret-in-url';
    if (SECRET_AS_DESCRIBED.some((ending) => name.endsWith(ending))) return 'secret';
    const isQuestion =
      DESCRIBING_FIRST_WORDS.has(spelled[0] ?? '') &&
      !SEEMING_QUESTIONS.some((start) => name.startsWith(start));
    if (spelled.length > 1 && (DESCRIBING_LAST_WORDS.has(describing) || isQuestion)) return 'open';
    const holdsPart = hasSecretPart(name);
    if (!holdsPart && !SECRET_LAST_WORDS.has(last)) return 'open';
    return isCounted(spelled, holdsPart) ? 'secret-unless-number' : 'secret';
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

/** Whether a part of a name is secret, where what only seems to be one is left out. */
function hasSecretPart(name: string): boolean {
  const rest = SECRET_EXCEPTIONS.reduce((left, part) => left.replaceAll(part, ' '), name);
  return SECRET_PARTS.some((part) => rest.includes(part));
}

/** `output_tokens`, `tokens per second`, `pass`: a number under these counts; behind the plural nothing secret stands. */
function isCounted(spelled: readonly string[], holdsPart: boolean): boolean {
  const last = spelled.at(-1) ?? '';
  const plural = spelled.findLastIndex((word) => PLURAL.test(word));
  if (plural === -1) return last === 'sessions' || (last === 'pass' && !holdsPart);
  return !hasSecretPart(spelled.slice(plural + 1).join('')) && !SECRET_LAST_WORDS.has(last);
}

/** What Kubernetes puts behind the name of a pod: `token-service-7d9f8b6c5-x2x9z`. */
const RANDOM_WORD = /^(?=.*\d)(?=.*[a-z])[a-z\d]{3,}$/;

const PLURAL = /(?:tokens|cookies|secrets|passwords|credentials)$/;

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
