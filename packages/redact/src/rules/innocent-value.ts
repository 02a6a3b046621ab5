import { words } from '../words.ts';
import type { KeySecrecy } from '../keys.ts';

/** Longest value that is looked up among the words. */
const MAX_WORD_LENGTH = 24;

/** What stands where a secret would, and is none: nothing at all, a state, a type, the start of a sentence. */
const WORDS = new Set(
  words(`
    null undefined true false none nil nan yes no on off empty unset redacted hidden filtered masked
    censored removed omitted secret object array function getter circular symbol
    ok okay success succeeded successful fail failed failure error ignored skipped pending passed
    started starting stopped stopping ready active inactive enabled disabled open opened closed
    created updated changed deleted destroyed saved stored loaded refreshed refreshing renewed
    rotated revoked issued granted denied rejected accepted allowed forbidden blocked refused
    verified unverified validated authenticated unauthenticated authorized unauthorized
    found missing absent present available unavailable unknown required optional supported
    unsupported valid invalid incorrect correct wrong mismatch malformed expired expires expiring
    unexpected expected
    string number boolean bigint any void never text varchar uuid bytes buffer
    must has have had is was were are be been being should shall can cannot could will would may
    does did do not the a an for in of to from with by and or but as at if when please
    include same-origin bearer
  `),
);
const MASK = /^(?:\*+|•+|\.{3,}|…|x{4,}|X{4,})$/;
const ESCAPED_BRACKETS = /^(?:&lt;|\\u003c)(.*)(?:&gt;|\\u003e)$/i;
const BRACKETS: Readonly<Record<string, string>> = { '[': ']', '<': '>', '(': ')' };

/**
 * Whether a value in text gives nothing away although a secret's name stands before it.
 *
 * @param isSecretName judges what a reference such as `$DB_PASSWORD` or `:password` refers to
 */
export function isInnocent(
  written: string,
  name: string,
  isBare: boolean,
  isSecretName: (name: string) => boolean,
): boolean {
  if (written.length > 2 * MAX_WORD_LENGTH) return false;
  const isEscaped = written[0] === '&' || written[0] === '\\';
  const value = isEscaped ? written.replace(ESCAPED_BRACKETS, '<$1>') : written;
  const inner = withoutBrackets(value, isBare);
  const word = inner.toLowerCase();
  if (word.length <= MAX_WORD_LENGTH && WORDS.has(word)) return true;
  if (MASK.test(inner)) return true;
  if (value === '[object Object]') return true;
  // `<token>` in a usage text; `<Bearer abc>` is a credential.
  if (value[0] === '<' && /^<(?!bearer |basic )[a-z_ -]+>$/i.test(value) && isSecretName(inner)) return true;
  if (!isBare) return false;
  // A pin of a circuit, a count: neither a PIN nor a token is that short.
  if (/^\d{1,2}$/.test(value) && /(?:pin|pan|token|session|auth)$/i.test(name)) return true;
  // `--password PASSWORD` in a usage text, `PWD=/home/app` in an environment.
  if (value === name.replace(/^-+/, '').toUpperCase() && name !== value) return true;
  if (/^(?:OLD)?PWD$/i.test(name) && /^(?:\/[\w.-]+){2,}\/?$|^\/\w+$/.test(value)) return true;
  return isReference(value, isSecretName);
}

/** A bare value's closing bracket counts as the sentence's, so that the opening one is left alone. */
function withoutBrackets(value: string, isBare: boolean): string {
  const closing = BRACKETS[value[0] ?? ''];
  if (closing === undefined) return value;
  if (value.endsWith(closing)) return value.slice(1, -1);
  return isBare ? value.slice(1) : value;
}

/** `$1`, `?`, `%s`, `:password`, `$DB_PASSWORD`, `${…}`: where the value will be put, not the value. */
function isReference(value: string, isSecretName: (name: string) => boolean): boolean {
  if (/^(?:\$\d{1,3}|\?|%s|%[odj])$/.test(value)) return true;
  if (/^\$\{[^}]*\}?$/.test(value)) return true;
  return /^[:@$](?:[a-z_]+|[A-Z_]+)$/.test(value) && isSecretName(value.slice(1));
}

/** A number is no secret where a count is meant: `tokens: 512`. */
export function isCount(value: string, secrecy: KeySecrecy): boolean {
  return secrecy === 'secret-unless-number' && /^\d{1,16}$/.test(value);
}
