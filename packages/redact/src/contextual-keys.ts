import { elementAt, isArray } from './list-shapes.ts';
import { ownData } from './own-data.ts';
import { words } from './words.ts';
import { isSecret } from './keys.ts';
import { MIN_IN_URL_LENGTH } from './rules/assignment.ts';
import { PRIVATE_JWK_MEMBERS } from './rules/jwk.ts';
import type { KeyFacts } from './key-facts.ts';
import type { KeySecrecy } from './keys.ts';

/** In a pair such as `{ name: 'DB_PASSWORD', value: '…' }` these say what the value is: the first of them that is there. */
const NAMING_KEYS = words('name key header field param path property Name Key ParameterKey label id');
/** Where the first of them says nothing these may, as in joi's `{ name: 'strength', label: 'password', value: '…' }`. */
const SECOND_NAMING_KEYS = words('key label');
const VALUE_KEYS: ReadonlySet<string> = new Set(
  words('value val Value ParameterValue input received rejectedValue originalValue stringValue'),
);
/** Where ajv says what its `data` is: `{ instancePath: '/user/password', data: '…' }`. */
const POINTER_KEY = 'instancePath';
const POINTED_KEY = 'data';
/** The list in which superstruct shows a value from the outside in, beside the `key` of it; elsewhere it may be one of git. */
const BRANCH_KEY = 'branch';
/** A longer pointer is judged by its end. */
const MAX_POINTER_LENGTH = 1024;
/** What a statement is given, each with where the statement stands: `{ query: 'update … set password = $1', parameters: […] }`. */
const STATEMENT_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['parameters', ['query', 'sql']],
  ['params', ['query', 'sql']],
  ['bindings', ['sql', 'query']],
  ['values', ['text', 'sql']],
]);
/** The names of a longer statement are those at its beginning. */
const MAX_STATEMENT_LENGTH = 4096;
const MAX_REMEMBERED_STATEMENTS = 500;
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

/** The same for keys that are too common for the slow way on their own: each with the siblings of which it takes one. */
export const CONTEXTUAL_BESIDE: ReadonlyMap<string, readonly string[]> = new Map([
  ...[...PRIVATE_JWK_MEMBERS].map((member) => [member, ['kty']] as const),
  [POINTED_KEY, [POINTER_KEY]],
  [BRANCH_KEY, ['key']],
  ...STATEMENT_KEYS,
]);

/** Whether one of these siblings is there, and a text. */
export function isBeside(holder: object, siblings: readonly string[]): boolean {
  return siblings.some((sibling) => typeof ownData(holder, sibling) === 'string');
}

/** So often a parameter of a query may be there; the list of one that is there more often is judged by its beginning. */
const MAX_REPEATED = 256;

/** Whether a parameter of a query is as long as what signs or opens a request: `query: { code: '…', sig: '…' }`. */
export function opensRequest(secrecy: KeySecrecy, value: unknown): boolean {
  if (secrecy !== 'secret-in-url') return false;
  if (!isArray(value)) return isLongText(value);
  // One that is there twice is a list of both.
  const judged = Math.min(value.length, MAX_REPEATED);
  for (let at = 0; at < judged; at++) if (isLongText(elementAt(value, at))) return true;
  return false;
}

function isLongText(value: unknown): boolean {
  return typeof value === 'string' && value.length >= MIN_IN_URL_LENGTH;
}

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
  const secrecyOf = (naming: string): KeySecrecy | undefined => {
    const name = nameIn(ownData(holder, naming));
    return name === undefined ? undefined : keyFacts(name).secrecy;
  };
  if (VALUE_KEYS.has(key)) {
    for (const naming of NAMING_KEYS) {
      const secrecy = secrecyOf(naming);
      if (secrecy === undefined) continue;
      if (isSecret(secrecy)) return secrecy;
      return (
        SECOND_NAMING_KEYS.map(secrecyOf).find((each) => each !== undefined && isSecret(each)) ?? secrecy
      );
    }
    return 'open';
  }
  if (key === BRANCH_KEY) return isArray(ownData(holder, key)) ? (secrecyOf('key') ?? 'open') : 'open';
  const statements = STATEMENT_KEYS.get(key);
  if (statements !== undefined) return secrecyOfStatement(holder, statements, keyFacts);
  if (key === POINTED_KEY) return secrecyOfPointer(ownData(holder, POINTER_KEY), keyFacts);
  if (key === 'args' && LOGIN_COMMANDS.has(ownData(holder, 'name'))) return 'secret';
  if (PRIVATE_JWK_MEMBERS.has(key) && typeof ownData(holder, 'kty') === 'string') return 'secret';
  return 'open';
}

/** Where a secret's name stands in a statement, all that it is given goes: which is whose is not worth a wrong guess. */
function secrecyOfStatement(
  holder: object,
  siblings: readonly string[],
  keyFacts: (key: string) => KeyFacts,
): KeySecrecy {
  for (const sibling of siblings) {
    const statement = ownData(holder, sibling);
    if (typeof statement === 'string') return namesSecret(statement, keyFacts) ? 'secret' : 'open';
  }
  return 'open';
}

/** Statements by their beginnings; a service has few, and they come again. */
const remembered = new WeakMap<(key: string) => KeyFacts, Map<string, boolean>>();

function namesSecret(statement: string, keyFacts: (key: string) => KeyFacts): boolean {
  let known = remembered.get(keyFacts);
  if (known === undefined) remembered.set(keyFacts, (known = new Map()));
  const start = statement.slice(0, MAX_STATEMENT_LENGTH);
  const before = known.get(start);
  if (before !== undefined) return before;
  // The query of a URL, `page=2&token=…`, is no statement.
  const named = /\s/.test(start) ? (start.match(/[a-z_]\w{1,63}/gi) ?? []) : [];
  const found = named.some((word) => keyFacts(word).isSecret);
  if (known.size >= MAX_REMEMBERED_STATEMENTS) known.clear();
  // A copy: what is cut off a text keeps all of it in memory.
  known.set(` ${start}`.slice(1), found);
  return found;
}

/** `/user/password`: as in an object, everything below a secret's name is secret. */
function secrecyOfPointer(pointer: unknown, keyFacts: (key: string) => KeyFacts): KeySecrecy {
  if (typeof pointer !== 'string') return 'open';
  const steps = pointer.slice(-MAX_POINTER_LENGTH).split('/');
  return steps.map((step) => keyFacts(step)).find((facts) => facts.isSecret)?.secrecy ?? 'open';
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
