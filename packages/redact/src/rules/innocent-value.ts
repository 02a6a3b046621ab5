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
    unexpected expected too minimum maximum already doesn't isn't generated requested requesting retrieved
    received registered resolved fetching loading validating verifying parsing checking waiting retrying permission open refreshes rejects accepts returns throws
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
  // A template: `?token={token}`.
  if (/^\{\{? ?[\w.-]+ ?\}?\}$/.test(value) && isSecretName(value)) return true;
  if (!isBare) return false;
  // A pin of a circuit, a count: neither a PIN nor a token is that short.
  if (/^\d{1,2}$/.test(value) && /(?:pin|pan|token|session|auth)$/i.test(name)) return true;
  // `--password PASSWORD` in a usage text, `PWD=/home/app` in an environment.
  if (value === name.replace(/^-+/, '').toUpperCase() && name !== value) return true;
  if (/^(?:OLD)?PWD$/i.test(name) && /^(?:\/[\w.-]+){2,}\/?$|^\/\w+$/.test(value)) return true;
  return isReference(value, isSecretName);
}

/** Where code takes a value from, and what it checks one by. */
const CODE =
  /^(?:(?:process\.env|import\.meta\.env|(?:req|request|ctx|this|config|options|env)\.[a-z_$]+)(?:\.[A-Za-z_$]\w*)+$|(?:z|Joi)\.[a-z]+\()/;

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
  if (CODE.test(value)) return true;
  return /^[:@$](?:[a-z_]+|[A-Z_]+)$/.test(value) && isSecretName(value.slice(1));
}

/** `512`, `45.2`, `12.5k`, `1,024`, `512/4096` */
const COUNT = /^\d{1,16}(?:\.\d{1,6})?[kM]?$|^\d{1,3}(?:,\d{3}){1,4}$|^\d{1,9}\/\d{1,9}$/;
/** A run of tests has no more passes; a password of digits has. */
const MAX_PASSES_LENGTH = 5;

/** A number is no secret where a count is meant: `tokens: 512`. */
export function isCount(value: string, secrecy: KeySecrecy, name: string): boolean {
  if (secrecy !== 'secret-unless-number' || !COUNT.test(value)) return false;
  return !/pass$/i.test(name) || value.length <= MAX_PASSES_LENGTH;
}
