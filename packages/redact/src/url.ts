import type { Counters } from './counters.ts';
import { MIN_IN_URL_LENGTH } from './rules/assignment.ts';
import { NAMING_WORDS, VALUE_WORDS } from './rules/named-pair.ts';
import type { KeyClassifier, KeySecrecy } from './keys.ts';
import type { Scanner } from './scanner.ts';

/** So many parts of one URL may fail to decode, each at the price of an error with its stack. */
const MAX_UNDECODABLE = 16;
const ASCII_ESCAPE = /%[0-7][0-9a-f]/gi;

/**
 * Compiles the censoring of a single URL, absolute or relative. Beyond what text gets, names of parameters are
 * decoded before they are judged, values and segments of the path are looked into behind their escapes, and `sig`-like
 * parameters go.
 * What is not secret stays as it was written.
 */
export function createUrlCensor(
  scanner: Scanner,
  classify: KeyClassifier,
  urlMarker: string,
  counters: Counters,
): (url: string) => string {
  const parameters = counters.cell('url-parameter');
  /** What the last parameter that names another one says of its value, as in `name=password&value=…`. */
  let named: KeySecrecy = 'open';
  let undecodable = 0;

  function pair(text: string): string {
    const equals = text.indexOf('=');
    if (equals === -1) return value(text);
    const rawName = text.slice(0, equals);
    const rawValue = text.slice(equals + 1);
    const name = decode(rawName);
    const secrecy = VALUE_WORDS.has(name.toLowerCase()) ? named : classify(name);
    if (NAMING_WORDS.has(name.toLowerCase())) named = classify(decode(rawValue));
    if (secrecy === 'open' || rawValue === '' || isHarmless(secrecy, rawValue)) {
      return `${value(rawName)}=${value(rawValue)}`;
    }
    parameters.add();
    return `${value(rawName)}=${urlMarker}`;
  }

  function value(text: string): string {
    if (!text.includes('%') && !text.includes('+')) return scanner.censor(text);
    const decoded = decode(text);
    const censored = scanner.censor(decoded);
    return censored === decoded ? text : encodeURIComponent(censored.toWellFormed());
  }

  /** Decodes twice at most: gateways escape again what was escaped already. What does not decode stays as it is. */
  function decode(text: string): string {
    const spaced = text.replaceAll('+', ' ');
    const decoded = decodeOnce(spaced);
    return decoded === spaced ? decoded : decodeOnce(decoded);
  }

  function decodeOnce(text: string): string {
    if (!text.includes('%')) return text;
    // Secret names are ASCII, and this much never fails.
    if (undecodable >= MAX_UNDECODABLE) return text.replaceAll(ASCII_ESCAPE, asciiCharacter);
    try {
      return decodeURIComponent(text);
    } catch {
      undecodable++;
      return text;
    }
  }

  return function censorUrl(url: string): string {
    // The rules for text know a login by the scheme in front, which `//user:password@host` leaves out.
    if (url.startsWith('//')) return censorUrl(`x:${url}`).slice(2);
    // What is written without escapes shows itself to the rules for text.
    if (!url.includes('%')) return scanner.censor(url);
    undecodable = 0;
    const queryAt = firstIndex(url, ['?', '#']);
    const segments = url.slice(0, queryAt).split('/');
    const path = scanner.censor(segments.map((each) => (each.includes('%') ? value(each) : each)).join('/'));
    if (queryAt === url.length) return path;
    named = 'open';
    return path + url.slice(queryAt).replaceAll(/[^?#&;]+/g, pair);
  };
}

function firstIndex(text: string, characters: readonly string[]): number {
  return characters.reduce((first, character) => {
    const at = text.indexOf(character);
    return at === -1 ? first : Math.min(first, at);
  }, text.length);
}

function isHarmless(secrecy: KeySecrecy, value: string): boolean {
  if (secrecy === 'secret-in-url' && value.length < MIN_IN_URL_LENGTH) return true;
  return /^(?:true|false|null)$/.test(value) || (secrecy === 'secret-unless-number' && /^\d+$/.test(value));
}

function asciiCharacter(escape: string): string {
  return String.fromCharCode(Number.parseInt(escape.slice(1), 16));
}
