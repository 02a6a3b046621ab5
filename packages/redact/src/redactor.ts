import { SightlineError, parseOptions } from '@sightline/errors';
import { createCounters } from './counters.ts';
import { createJsonWriter } from './json.ts';
import { createKeyFacts } from './key-facts.ts';
import { createKeyClassifier, keyAnchor } from './keys.ts';
import { markerForUrl } from './marker.ts';
import { redactOptionsSchema } from './options.ts';
import type { RedactOptions } from './options.ts';
import { textRules } from './rules/built-in.ts';
import { createScanner } from './scanner.ts';
import { createUrlCensor } from './url.ts';
import { createValueCensor } from './value.ts';
import type { PlainData } from './value.ts';

/** Finds and censors secrets. Every method leaves its input as it is and never throws. */
export interface Redactor {
  /**
   * A copy of any value as plain data, ready for `JSON.stringify`: secrets by key at any depth and by value in
   * every string. Runs no getter and touches no proxy; `toJSON` is asked, and what it throws is caught.
   */
  value(value: unknown): PlainData;
  /** A text without the secrets in it; the very same string when there is none. Linear in its length. */
  text(text: string): string;
  /** A URL, absolute or relative: credentials, secret parameters however escaped, tokens in the path. */
  url(url: string): string;
  /** HTTP headers: `{ name: value }`, a `Headers`, pairs, or Node's raw `[name, value, …]`. The answer has the same shape. */
  headers(headers: object): PlainData;
  /** `text(text)` as a JSON string literal, at about the price of `text` alone. */
  quote(text: string): string;
  /** `JSON.stringify(value(value))`, written in the same walk; `undefined` for what has no JSON. */
  json(value: unknown): string | undefined;
  /**
   * `,"key":…` for a JSON object that is being written: the value censored by its key; `''` for what has no JSON.
   *
   * @param holder the object that it is of, whose other entries may say what it is: `{ name: 'DB_PASSWORD', value: '…' }`
   */
  entry(key: string, value: unknown, holder?: object): string;
  /** What a key says of its value: whether `value` would censor a string under it. */
  isSecretKey(key: string): boolean;
  /** How many secrets each rule has censored since the start, by the rule's name; `key` for those found by key. */
  counts(): Readonly<Record<string, number>>;
  /** How often each `FinderRule` of the caller's has thrown or answered what is no span, by its name; 0 from the start on. */
  failures(): Readonly<Record<string, number>>;
}

/** Room behind the last kept character in which the rest of a secret that begins before it is still recognised. */
const LOOK_AHEAD = 4096;

/**
 * Compiles a redactor. Do it once, at start.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS` listing every option that is wrong; `SIGHTLINE_REDACT_RULE` when the
 *   literals of all rules together are too many for one table
 * @example
 * const redactor = createRedactor({ keys: ['badgeNumber'] });
 * redactor.text('GET /?token=abc'); // 'GET /?token=REDACTED'
 */
export function createRedactor(options: RedactOptions = {}): Redactor {
  const resolved = parseOptions('createRedactor', redactOptionsSchema, options);
  const { keys, allowKeys, marker, maxDepth, maxEntries, maxStringLength, maxTotalLength } = resolved;

  const counters = createCounters();
  const failures = createCounters();
  const byKey = counters.cell('key');
  const classify = createKeyClassifier(keys, allowKeys);
  const scanner = compileScanner(
    textRules(resolved, classify, keys.map(keyAnchor).filter(isUsableAnchor), failures),
    marker,
    counters,
  );

  function text(input: string): string {
    if (input.length <= maxStringLength) return scanner.censor(input);
    const kept = scanner.censor(input.slice(0, maxStringLength + LOOK_AHEAD)).slice(0, maxStringLength);
    return `${kept}[truncated: ${input.length - maxStringLength} more]`;
  }

  const censorUrl = createUrlCensor(scanner, classify, markerForUrl(marker), counters);
  const url = (input: string): string => (input.length <= maxStringLength ? censorUrl(input) : text(input));
  const quote = (input: string): string =>
    input.length <= maxStringLength ? scanner.quote(input) : JSON.stringify(text(input));
  const keyFacts = createKeyFacts(classify, text);
  const tools = {
    keyFacts,
    text,
    url,
    quote,
    wasPlain: scanner.wasPlain,
    marker,
    byKey,
    limits: { maxDepth, maxEntries, maxStringLength, maxTotalLength },
  };
  const { value, headers } = createValueCensor(tools);
  const { json, entry } = createJsonWriter({ ...tools, value, counters });

  return {
    value,
    text,
    url,
    headers,
    quote,
    json,
    entry,
    isSecretKey: (key) => keyFacts(key).isSecret,
    counts: counters.read,
    failures: failures.readAll,
  };
}

function compileScanner(...parts: Parameters<typeof createScanner>): ReturnType<typeof createScanner> {
  try {
    return createScanner(...parts);
  } catch (cause) {
    throw new SightlineError(
      'SIGHTLINE_REDACT_RULE',
      {
        problem: 'the keys and the rules hold too many literals for one table',
        expected: 'about a thousand prefixes, anchors and keys together',
        fix: 'give one prefix for a family of tokens instead of each token',
      },
      { cause },
    );
  }
}

/** A key without an ASCII word is found as an object's key, but not inside text. */
function isUsableAnchor(anchor: string): boolean {
  return anchor.length >= 2 && /^[a-z0-9]+$/.test(anchor);
}
