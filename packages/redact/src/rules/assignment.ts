import { CHARACTER_SETS, isSpace, runEnd, runStart } from '../characters.ts';
import { KEY_ANCHORS } from '../key-words.ts';
import { isSecret } from '../keys.ts';
import { valueAt } from './assigned-value.ts';
import { bareEnd } from './bare-end.ts';
import { isCount, isInnocent } from './innocent-value.ts';
import { elementAt } from './markup.ts';
import { NAME } from './name-characters.ts';
import { listedValue, listedValueFrom, namingWordFrom, pairedValue } from './named-pair.ts';
import { percentEscapeEnd } from './quoting.ts';
import { valueAfterName } from './separator.ts';
import type { KeyClassifier, KeySecrecy } from '../keys.ts';
import type { Finding, TextRule } from '../rule.ts';
import type { Value } from './assigned-value.ts';

const MAX_NAME_LENGTH = 128;
/** A host that only seems to be a name, such as `token.example.com:443`, by its last label; and a port. */
const HOST =
  /\.(?:com|net|org|edu|gov|io|dev|app|ai|cloud|local|localhost|internal|svc|lan|corp|home|test)$/i;
const PORT = /^\d{2,5}(?!\w)/;
/** What signs or opens a request by URL is never shorter; `?code=404` is. */
export const MIN_IN_URL_LENGTH = 8;
/** `?` and `&`. */
const ESCAPED_PARAMETER = new Set(['3F', '26']);

/**
 * Secrets that a name announces, inside text: `password=…`, `"apiKey": "…"` at any depth of escaping,
 * `Authorization: …`, `--token …`, `<password>…</password>`, `%22pin%22%3A…`, `name: PASSWORD, value: …`.
 */
export function createAssignmentRule(classify: KeyClassifier, extraAnchors: readonly string[]): TextRule {
  const isSecretName = (name: string): boolean => isSecret(classify(name));

  function judged(text: string, value: Value, name: string, secrecy: KeySecrecy, nothing: number): Finding {
    const { from, to, isBare } = value;
    if (to <= from) return nothing;
    const short = to - from <= 64 ? text.slice(from, to) : undefined;
    if (short === undefined) return { from, to };
    if (isInnocent(short, name, isBare, isSecretName) || isCount(short, secrecy, name)) return nothing;
    return { from, to };
  }

  /** `?token=abc`: by far the commonest, so it goes a short way. Values that may be none, or are quoted, go the long one. */
  function plainParameter(text: string, nameFrom: number, nameEnd: number): Finding | undefined {
    const from = nameEnd + 1;
    const to = runEnd(text, from, CHARACTER_SETS.base64url);
    const next = text[to];
    const isPlain = to - from >= MIN_IN_URL_LENGTH && (next === undefined || next === '&' || next === ' ');
    if (!isPlain || nameEnd - nameFrom > MAX_NAME_LENGTH) return undefined;
    return classify(text.slice(nameFrom, nameEnd)) === 'secret' ? { from, to, inUrl: true } : undefined;
  }

  return {
    name: 'assignment',
    anchors: [...new Set([...KEY_ANCHORS, ...extraAnchors])],
    find(text, anchorFrom) {
      const nameEnd = runEnd(text, anchorFrom, NAME);
      const nameFrom = nameStart(text, anchorFrom);
      // One look judges the whole name: every other anchor in it would come to the same end.
      const nothing = Math.max(nameEnd, anchorFrom + 1);
      if (text[nameEnd] === '=' && beginsParameter(text, nameFrom)) {
        const parameter = plainParameter(text, nameFrom, nameEnd);
        if (parameter !== undefined) return parameter;
      }
      const before = text[nameFrom - 1];
      if (before === ':' && isInArn(text, nameFrom - 1)) return nothing;
      const shortFrom = Math.max(nameFrom, nameEnd - MAX_NAME_LENGTH);
      const found = valueAfterName(text, shortFrom, nameEnd);
      const element = elementAt(text, nameFrom, nameEnd, isSecretName);
      if (element?.to !== undefined) {
        // An attribute may hold it as well: `<password value="…">…</password>`.
        const from = Math.min(element.from, found?.valueFrom ?? element.from);
        return judged(text, { from, to: element.to, isBare: false }, '', 'secret', nothing);
      }
      if (found === undefined) {
        const naming = namingWordFrom(text, nameFrom);
        const telling = naming ?? listedValueFrom(text, nameFrom, nameEnd);
        if (telling === undefined) return nothing;
        const name = text.slice(shortFrom, nameEnd);
        const secrecy = classify(name);
        if (!isSecret(secrecy)) return nothing;
        const isListed = naming === undefined;
        const paired = isListed ? listedValue(text, telling) : pairedValue(text, telling, nameEnd);
        if (paired === undefined) return nothing;
        return isListed
          ? judged(text, paired, name, secrecy, nothing)
          : judged(text, paired, '', 'secret', nothing);
      }
      if (HOST.test(found.name) && PORT.test(text.slice(found.valueFrom, found.valueFrom + 6)))
        return nothing;
      const secrecy = classify(found.name);
      // `tokens[main]=…` is one of several, `token[type]=…` is of another kind.
      if (found.index !== undefined && !isSecretName(`${found.name} ${found.index}`)) return nothing;
      if (!isSecret(secrecy) && secrecy !== 'secret-in-url') return nothing;
      const inUrl = beginsParameter(text, nameFrom);
      if (secrecy === 'secret-in-url') {
        // First whether it is one of a URL: of `code=code=…` each value goes to the end of the text, and none is a secret.
        if (!inUrl && !beginsEscapedParameter(text, nameFrom)) return nothing;
        const from = found.valueFrom;
        const to = bareEnd(text, from);
        if (to - from < MIN_IN_URL_LENGTH) return nothing;
        return inUrl ? { from, to, inUrl } : { from, to };
      }
      const openQuote = before === '"' || before === "'" || before === '`' ? before : undefined;
      const value = valueAt(text, found.valueFrom, found.name, openQuote);
      const finding = judged(text, value, found.name, secrecy, nothing);
      return typeof finding === 'number' || !inUrl ? finding : { from: finding.from, to: finding.to, inUrl };
    },
  };
}

/**
 * Whether a name stands where a URL's parameters do, or those of Akamai's tokens, `exp=…~acl=…~hmac=…`; behind `#` only when a
 * path or a host is before it.
 */
function beginsParameter(text: string, nameFrom: number): boolean {
  const before = text[nameFrom - 1];
  return (
    before === '?' ||
    before === '&' ||
    before === '~' ||
    (before === '#' && nameFrom > 1 && !isSpace(text, nameFrom - 2))
  );
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:db`: behind the account stands what kind of thing it is. */
function isInArn(text: string, colon: number): boolean {
  return /:\d{12}$/.test(text.slice(Math.max(0, colon - 13), colon));
}

/** The same within a URL that is itself a parameter of another. */
function beginsEscapedParameter(text: string, nameFrom: number): boolean {
  return (
    text[nameFrom - 3] === '%' && ESCAPED_PARAMETER.has(text.slice(nameFrom - 2, nameFrom).toUpperCase())
  );
}

/** Where the name around `at` begins. In `%3Ftoken` the name is `token`: two hexadecimal digits belong to the `%`. */
function nameStart(text: string, at: number): number {
  const start = runStart(text, at, NAME, Math.max(0, at - MAX_NAME_LENGTH));
  const previous = text[start - 1];
  let from = start;
  if (previous === '%') from = percentEscapeEnd(text, start - 1);
  // `\nPASSWORD=…` inside a JSON string: the letter belongs to the backslash.
  else if (previous === '\\' && 'nrt'.includes(text[start] ?? '-')) from = start + 1;
  // `\x1b[32mpin`: a terminal's colour code ends in a letter.
  else if (previous === '[' || previous === ';') from = afterColourCode(text, start);
  return Math.min(at, from);
}

function afterColourCode(text: string, start: number): number {
  let end = start;
  while (end < start + 3 && '0123456789'.includes(text[end] ?? '-')) end++;
  return end > start && text[end] === 'm' ? end + 1 : start;
}
