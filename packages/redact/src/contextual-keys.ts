import { elementAt, isArray } from './list-shapes.ts';
import { ownData } from './own-data.ts';
import { words } from './words.ts';
import { PRIVATE_JWK_MEMBERS } from './rules/jwk.ts';
import type { KeyFacts } from './key-facts.ts';
import type { KeySecrecy } from './keys.ts';

/** In a pair such as `{ name: 'DB_PASSWORD', value: '…' }` these say what the value is: the first of them that is there. */
const NAMING_KEYS = words('name key header field param path property Name Key ParameterKey label id');
const VALUE_KEYS: ReadonlySet<string> = new Set(
  words('value val Value ParameterValue input received rejectedValue'),
);
/** Where ajv says what its `data` is: `{ instancePath: '/user/password', data: '…' }`. */
const POINTER_KEY = 'instancePath';
const POINTED_KEY = 'data';
/** A longer pointer is judged by its end. */
const MAX_POINTER_LENGTH = 1024;
/** Redis commands whose arguments hold a password, as a client's error shows them: `{ name: 'auth', args: […] }`. */
const LOGIN_COMMANDS: ReadonlySet<unknown> = new Set(['auth', 'AUTH', 'hello', 'HELLO']);

/** Keys whose presence means that a sibling says what a value is, or the value's own order. */
export const CONTEXTUAL_KEYS: ReadonlySet<string> = new Set([
  ...VALUE_KEYS,
  'args',
  'kty',
  POINTER_KEY,
  'rawHeaders',
  'rawTrailers',
  'toJSON',
]);

/** The same for keys that are too common for the slow way on their own: each with the sibling that it takes. */
export const CONTEXTUAL_BESIDE: ReadonlyMap<string, string> = new Map([
  ...[...PRIVATE_JWK_MEMBERS].map((member) => [member, 'kty'] as const),
  [POINTED_KEY, POINTER_KEY],
]);

/** Names and values in turn, as Node's `rawHeaders` has them. */
export function isAlternating(key: string): boolean {
  return key === 'rawHeaders' || key === 'rawTrailers';
}

/** What a key says of its value when the object around it is heard as well. */
export function secrecyInContext(
  holder: object,
  key: string,
  ownSecrecy: KeySecrecy,
  keyFacts: (key: string) => KeyFacts,
): KeySecrecy {
  if (ownSecrecy !== 'open') return ownSecrecy;
  if (VALUE_KEYS.has(key)) {
    for (const naming of NAMING_KEYS) {
      const name = nameIn(ownData(holder, naming));
      if (name !== undefined) return keyFacts(name).secrecy;
    }
    return 'open';
  }
  if (key === POINTED_KEY) return secrecyOfPointer(ownData(holder, POINTER_KEY), keyFacts);
  if (key === 'args' && LOGIN_COMMANDS.has(ownData(holder, 'name'))) return 'secret';
  if (PRIVATE_JWK_MEMBERS.has(key) && typeof ownData(holder, 'kty') === 'string') return 'secret';
  return 'open';
}

/** `/user/password`: as in an object, everything below a secret's name is secret. */
function secrecyOfPointer(pointer: unknown, keyFacts: (key: string) => KeyFacts): KeySecrecy {
  if (typeof pointer !== 'string') return 'open';
  const steps = pointer.slice(-MAX_POINTER_LENGTH).split('/');
  return steps.map((step) => keyFacts(step)).find(({ isSecret }) => isSecret)?.secrecy ?? 'open';
}

/** A name itself, or the last step of a path: `['user', 'password']`, `[{ key: 'user' }, { key: 'password' }]`. */
function nameIn(data: unknown): string | undefined {
  if (typeof data === 'string') return data;
  if (!isArray(data)) return undefined;
  const last = elementAt(data, data.length - 1);
  if (typeof last === 'string') return last;
  const key = typeof last === 'object' && last !== null ? ownData(last, 'key') : undefined;
  return typeof key === 'string' ? key : undefined;
}
