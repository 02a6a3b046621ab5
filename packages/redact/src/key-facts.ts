import { CONTEXTUAL_BESIDE, CONTEXTUAL_KEYS } from './contextual-keys.ts';
import { isSecret } from './keys.ts';
import type { KeyClassifier, KeySecrecy } from './keys.ts';

/** What is known of a key once and for all, so that a walk asks one map for it. */
export interface KeyFacts {
  readonly secrecy: KeySecrecy;
  /** Whether the value under this key is a secret: `secret` or `secret-unless-number`. */
  readonly isSecret: boolean;
  /** The key itself, censored: tokens serve as keys, too. */
  readonly safeKey: string;
  /** `"key":` as it stands in JSON. */
  readonly json: string;
  /** `,"key":` for an object that is being written. */
  readonly entry: string;
  /** Whether a string under this key is a URL, which gets a closer look than other text. */
  readonly isUrl: boolean;
  /** Whether an object under this key is the query of a URL, in which more is secret. */
  readonly isQuery: boolean;
  /** Whether what the value is stands in a sibling, or in the value's own order: no fast way through. */
  readonly isContextual: boolean;
  /** The siblings beside which the same is so, as a private key's `d` beside `kty`; undefined for most keys. */
  readonly beside: readonly string[] | undefined;
  /** The text that stood under this key last, and its JSON: methods, routes, hosts and agents repeat. */
  lastText: string;
  lastJson: string;
}

const MAX_REMEMBERED_KEYS = 4096;
const MAX_REMEMBERED_KEY_LENGTH = 128;
const URL_KEYS = new Set([
  'url',
  'uri',
  'href',
  'originalurl',
  'path',
  'location',
  'referer',
  'referrer',
  'link',
]);

/** As Node's frameworks, AWS Lambda and clients call it; in lower case, without `_`. */
const QUERY_KEYS = new Set([
  'query',
  'queryparams',
  'querystringparameters',
  'multivaluequerystringparameters',
  'searchparams',
]);

/** @returns a look-up that remembers its answers, within bounds that hostile keys cannot move */
export function createKeyFacts(
  classify: KeyClassifier,
  text: (text: string) => string,
): (key: string) => KeyFacts {
  const remembered = new Map<string, KeyFacts>();

  return function keyFacts(key) {
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const secrecy = classify(key);
    const safeKey = text(key);
    const facts: KeyFacts = {
      secrecy,
      isSecret: isSecret(secrecy),
      safeKey,
      json: `${JSON.stringify(safeKey)}:`,
      entry: `,${JSON.stringify(safeKey)}:`,
      isUrl: URL_KEYS.has(key.toLowerCase()),
      isQuery: QUERY_KEYS.has(key.toLowerCase().replaceAll('_', '')),
      isContextual: CONTEXTUAL_KEYS.has(key),
      beside: CONTEXTUAL_BESIDE.get(key),
      lastText: '',
      lastJson: '""',
    };
    if (key.length <= MAX_REMEMBERED_KEY_LENGTH) {
      if (remembered.size >= MAX_REMEMBERED_KEYS) remembered.clear();
      remembered.set(key, facts);
    }
    return facts;
  };
}
