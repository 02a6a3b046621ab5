import { CHARACTER_SETS, characterSet, isSpace, runEnd, runStart } from '../characters.ts';
import type { KeyClassifier, KeySecrecy } from '../keys.ts';
import { KEY_ANCHORS } from '../key-words.ts';
import type { Finding, TextRule } from '../rule.ts';
import { containerEnd, quoteAt, quotedEnd } from './quoting.ts';

const NAME = characterSet('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$');
const MAX_NAME_LENGTH = 128;
const MAX_SPACES = 16;
/** Characters that end a bare value: no header, query, connection string or command line goes on past them. */
const ENDS_VALUE = characterSet(' \t\r\n\v\f;&"\'`<>|');
/** Behind a bare value these belong to the sentence or the bracket around it. */
const TRAILING = characterSet(',)]}.:!?\\');
/** Values that give nothing away. */
const EMPTY_VALUES = new Set(['null', 'undefined', 'true', 'false', 'none', 'nil', '[redacted]', 'redacted']);
/** Names whose value runs to the end of the line: HTTP headers that hold spaces. */
const HEADER_NAMES = /(?:^|[-_.])(?:authorization|cookie)$/i;
const CREDENTIAL_SCHEMES = new Set(['bearer', 'basic', 'token', 'apikey', 'api-key', 'negotiate', 'jwt']);
/** A second word that completes a name in prose: `api key: …`, `session id: …`. */
const COMPLETING_WORDS = new Set([
  'id',
  'key',
  'token',
  'secret',
  'password',
  'number',
  'code',
  'hash',
  'phrase',
]);

/**
 * Secrets that a name announces, inside text: `password=…`, `"apiKey": "…"` at any depth of escaping,
 * `Authorization: …`, `--token …`, `<password>…</password>`, `%22pin%22%3A…`.
 */
export function createAssignmentRule(classify: KeyClassifier, extraAnchors: readonly string[]): TextRule {
  return {
    name: 'assignment',
    anchors: [...new Set([...KEY_ANCHORS, ...extraAnchors])],
    find(text, anchorFrom) {
      const nameEnd = runEnd(text, anchorFrom, NAME);
      const nameFrom = nameStart(text, anchorFrom);
      // One look judges the whole name: every other anchor in it would come to the same end.
      const nothing = Math.max(nameEnd, anchorFrom + 1);
      const isTag = text[nameFrom - 1] === '<' && text[nameEnd] === '>';
      if (isTag) {
        if (!isSecret(classify(text.slice(nameFrom, nameEnd)))) return nothing;
        return nonEmpty(text, nameEnd + 1, textUntil(text, nameEnd + 1, '</'), nothing);
      }
      const found = valueAfterName(text, nameFrom, nameEnd);
      if (found === undefined) return nothing;
      const secrecy = classify(found.name);
      const inUrl = beginsParameter(text, nameFrom);
      if (!isSecret(secrecy) && !(inUrl && secrecy === 'secret-in-url')) return nothing;
      const finding = valueSpan(text, found, secrecy, nothing);
      return typeof finding === 'number' || !inUrl ? finding : { from: finding.from, to: finding.to, inUrl };
    },
  };
}

/** Whether a name stands where a URL's parameters do; behind `#` only when a path or a host is before it. */
function beginsParameter(text: string, nameFrom: number): boolean {
  const before = text[nameFrom - 1];
  return before === '?' || before === '&' || (before === '#' && nameFrom > 1 && !isSpace(text, nameFrom - 2));
}

function isSecret(secrecy: KeySecrecy): boolean {
  return secrecy === 'secret' || secrecy === 'secret-unless-number';
}

/** Where the name around `at` begins. In `%3Ftoken` the name is `token`: two hexadecimal digits belong to the `%`. */
function nameStart(text: string, at: number): number {
  const start = runStart(text, at, NAME, Math.max(0, at - MAX_NAME_LENGTH));
  const afterEscape = text[start - 1] === '%' ? start + 2 : start;
  // `\nPASSWORD=…` inside a JSON string: the letter belongs to the backslash.
  const afterBackslash = text[start - 1] === '\\' && 'nrt'.includes(text[start] ?? '-') ? start + 1 : start;
  return Math.min(at, Math.max(afterEscape, afterBackslash));
}

interface Assignment {
  readonly name: string;
  /** Index at which the value begins, its opening quote included. */
  readonly valueFrom: number;
  /** The quote in front of the name, if any: what ends a header in `-H "Authorization: …"`. */
  readonly openQuote: string | undefined;
}

function valueAfterName(text: string, nameFrom: number, nameEnd: number): Assignment | undefined {
  const name = text.slice(Math.max(nameFrom, nameEnd - MAX_NAME_LENGTH), nameEnd);
  const before = text[nameFrom - 1];
  const openQuote = before === '"' || before === "'" || before === '`' ? before : undefined;
  const valueFrom = afterSeparator(text, nameEnd);
  if (valueFrom !== undefined) {
    const completes = before === ' ' && COMPLETING_WORDS.has(name.toLowerCase());
    return { name: completes ? `${previousWord(text, nameFrom)} ${name}` : name, valueFrom, openQuote };
  }
  if (text[nameEnd] !== ' ') return undefined;
  if (name.startsWith('--') && text[nameEnd + 1] !== '-') return { name, valueFrom: nameEnd + 1, openQuote };
  const secondEnd = runEnd(text, nameEnd + 1, CHARACTER_SETS.word, nameEnd + 12);
  const second = text.slice(nameEnd + 1, secondEnd);
  const afterSecond = COMPLETING_WORDS.has(second.toLowerCase())
    ? afterSeparator(text, secondEnd)
    : undefined;
  return afterSecond === undefined
    ? undefined
    : { name: `${name} ${second}`, valueFrom: afterSecond, openQuote };
}

function previousWord(text: string, nameFrom: number): string {
  return text.slice(runStart(text, nameFrom - 1, NAME, Math.max(0, nameFrom - 24)), nameFrom - 1);
}

/** Index behind `=`, `:`, `=>`, `:=` or their URL-escaped forms, and the spaces around; a name may be quoted. */
function afterSeparator(text: string, nameEnd: number): number | undefined {
  let at = nameEnd;
  if (text[at] === ']') at++;
  else if (text[at] === '%' && startsWithAny(text, at, ['%5D', '%5d'])) at += 3;
  at += quoteAt(text, at)?.length ?? 0;
  at = skipSpaces(text, at);
  if (text[at] === ',') return pairValue(text, at + 1);
  const start = at;
  while (at < start + 2 && (text[at] === '=' || text[at] === ':' || (text[at] === '>' && at > start))) at++;
  if (at === start) {
    if (text[at] !== '%' || !startsWithAny(text, at, ['%3D', '%3d', '%3A', '%3a'])) return undefined;
    at += 3;
  }
  return skipSpaces(text, at);
}

/** `"name":"password","value":"…"`: the value that stands next to the name in a pair. */
function pairValue(text: string, afterComma: number): number | undefined {
  const from = skipSpaces(text, afterComma);
  const quote = quoteAt(text, from);
  if (quote === undefined || !text.startsWith('value', from + quote.length)) return undefined;
  const quoteEnd = from + quote.length + 'value'.length;
  if (!text.startsWith(quote.mark, quoteEnd)) return undefined;
  const colon = skipSpaces(text, quoteEnd + quote.length);
  return text[colon] === ':' ? skipSpaces(text, colon + 1) : undefined;
}

function startsWithAny(text: string, at: number, prefixes: readonly string[]): boolean {
  return prefixes.some((prefix) => text.startsWith(prefix, at));
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  // Not past the line: what stands below `Password:` is another thought.
  while (at < from + MAX_SPACES && (text[at] === ' ' || text[at] === '\t')) at++;
  return at;
}

function valueSpan(text: string, found: Assignment, secrecy: KeySecrecy, nothing: number): Finding {
  const { name, valueFrom, openQuote } = found;
  const quote = quoteAt(text, valueFrom);
  if (quote !== undefined) {
    const from = valueFrom + quote.length;
    return nonEmpty(text, from, quotedEnd(text, from, quote), nothing);
  }
  const opening = text[valueFrom];
  if (opening === '{' || opening === '[') {
    return nonEmpty(text, valueFrom, containerEnd(text, valueFrom), nothing);
  }
  if (HEADER_NAMES.test(name))
    return nonEmpty(text, valueFrom, headerEnd(text, valueFrom, openQuote), nothing);
  const to = bareEnd(text, valueFrom);
  const isNumber = runEnd(text, valueFrom, CHARACTER_SETS.digits) === to;
  if (isNumber && secrecy === 'secret-unless-number') return nothing;
  return nonEmpty(text, valueFrom, to, nothing);
}

function nonEmpty(text: string, from: number, to: number, nothing: number): Finding {
  if (to <= from) return nothing;
  const isShort = to - from <= 10;
  return isShort && EMPTY_VALUES.has(text.slice(from, to).toLowerCase()) ? nothing : { from, to };
}

/** A bare value: to a space or what cannot be in it, or to a comma that the next `name=` follows. */
function bareEnd(text: string, from: number): number {
  const isEscaped = text.startsWith('%3', from - 3);
  let at = from;
  while (at < text.length && ENDS_VALUE[text.charCodeAt(at)] !== 1) {
    if (text[at] === ',' && isNextName(text, at + 1)) break;
    if (isEscaped && startsWithAny(text, at, ['%26', '%22', '%2C', '%2c', '%7D', '%7d'])) break;
    at++;
  }
  while (at > from && TRAILING[text.charCodeAt(at - 1)] === 1) at--;
  return at;
}

function isNextName(text: string, from: number): boolean {
  const start = isSpace(text, from) ? from + 1 : from;
  const end = runEnd(text, start, NAME, start + 64);
  return end > start && (text[end] === '=' || text[end] === ':');
}

/** A header's value: a scheme with its credential, or everything to the end of the line or the quote around it. */
function headerEnd(text: string, from: number, openQuote: string | undefined): number {
  const schemeEnd = runEnd(text, from, NAME);
  if (CREDENTIAL_SCHEMES.has(text.slice(from, schemeEnd).toLowerCase()) && text[schemeEnd] === ' ') {
    return bareEnd(text, skipSpaces(text, schemeEnd));
  }
  let at = from;
  while (at < text.length && text[at] !== '\n' && text[at] !== '\r' && text[at] !== openQuote) {
    // In a JSON string the line ends at an escaped line break.
    if (text[at] === '\\' && (text[at + 1] === 'n' || text[at + 1] === 'r')) break;
    at++;
  }
  return at;
}

function textUntil(text: string, from: number, end: string): number {
  const at = text.indexOf(end, from);
  return at === -1 ? text.length : at;
}
