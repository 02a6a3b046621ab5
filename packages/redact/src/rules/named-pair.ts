import { CHARACTER_SETS, runEnd, runStart } from '../characters.ts';
import { words } from '../words.ts';
import { valueAt } from './assigned-value.ts';
import { NAME, blankStart, skipBlank } from './name-characters.ts';
import { quoteAt, quotedEnd } from './quoting.ts';
import { afterSeparator } from './separator.ts';
import type { Value } from './assigned-value.ts';

/** What says that the text behind it is a name: `"name":"password"`, `key="DbPassword"`, `- name: DB_PASSWORD`. */
export const NAMING_WORDS = new Set(words('name key header field param parameterkey path property'));
/** What says that the text behind it is the value of such a name. */
export const VALUE_WORDS = new Set(words('value parametervalue val'));
/** How far the value may stand from its name [characters]. */
const REACH = 256;

/**
 * The value of a pair, before or behind its name; undefined where there is none.
 *
 * @param naming where the naming word begins
 * @param nameEnd index behind the name
 */
export function pairedValue(text: string, naming: number, nameEnd: number): Value | undefined {
  const behind = nameEnd + (quoteAt(text, nameEnd)?.length ?? 0);
  const paired = valueBehind(text, behind) ?? valueBefore(text, naming);
  return paired === undefined && text[behind] === '>' ? elementText(text, behind + 1) : paired;
}

/** Index of the naming word in front of a name; undefined where none stands there. */
export function namingWordFrom(text: string, nameFrom: number): number | undefined {
  let at = nameFrom;
  while (at > nameFrom - 8 && isQuotePart(text[at - 1])) at--;
  while (at > nameFrom - 12 && text[at - 1] === ' ') at--;
  if (text[at - 1] !== ':' && text[at - 1] !== '=') return undefined;
  at--;
  while (at > nameFrom - 20 && isQuotePart(text[at - 1])) at--;
  const from = runStart(text, at, CHARACTER_SETS.alphanumeric, Math.max(0, at - 16));
  return NAMING_WORDS.has(text.slice(from, at).toLowerCase()) ? from : undefined;
}

/**
 * Where the value begins behind a name in a list of pairs, `[["password","abc"]]` or `[ [ 'password', 'abc' ] ]`; undefined
 * where no such name stands.
 */
export function listedValueFrom(text: string, nameFrom: number, nameEnd: number): number | undefined {
  if (!isQuotePart(text[nameFrom - 1])) return undefined;
  const { length } = quoteAt(text, nameEnd) ?? { length: 0 };
  if (length === 0 || text[nameEnd + length] !== ',') return undefined;
  if (!text.startsWith(text.slice(nameEnd, nameEnd + length), nameFrom - length)) return undefined;
  const open = blankStart(text, nameFrom - length) - 1;
  if (text[open] !== '[') return undefined;
  // The list around it, or the pair before it; util.inspect has the entries of a map in braces.
  const before = text[blankStart(text, open) - 1];
  const isPair = before === '[' || before === ',' || before === '{';
  return isPair ? skipBlank(text, nameEnd + length + 1) : undefined;
}

/** The value of a pair in a list, text or number; undefined where it is no pair: a third element follows, or none. */
export function listedValue(text: string, at: number): Value | undefined {
  const quote = quoteAt(text, at);
  const from = at + (quote?.length ?? 0);
  const to = quote === undefined ? runEnd(text, from, CHARACTER_SETS.digits) : quotedEnd(text, from, quote);
  const isClosed = quote !== undefined && text.startsWith(text.slice(at, from), to);
  const end = skipBlank(text, isClosed ? to + quote.length : to);
  // A text without its end was cut off.
  if (text[end] !== ']' && (quote === undefined || isClosed)) return undefined;
  return { from, to, isBare: quote === undefined };
}

function isQuotePart(character: string | undefined): boolean {
  return character === '"' || character === "'" || character === '\\' || character === '`';
}

/** `<property name="password">abc</property>` */
function elementText(text: string, from: number): Value {
  const end = text.indexOf('<', from);
  return { from, to: end === -1 ? text.length : end, isBare: false };
}

function valueBehind(text: string, from: number): Value | undefined {
  const limit = Math.min(text.length, from + REACH);
  for (let at = from; at < limit; at++) {
    const character = text[at] as string;
    if ('{}<>[]'.includes(character)) return undefined;
    if ((character !== 'v' && character !== 'V' && character !== 'P') || isInName(text, at)) continue;
    const end = runEnd(text, at, NAME, at + 16);
    if (!VALUE_WORDS.has(text.slice(at, end).toLowerCase())) continue;
    const valueFrom = afterSeparator(text, end);
    if (valueFrom !== undefined) return valueAt(text, valueFrom, 'value', undefined);
  }
  return undefined;
}

function isInName(text: string, at: number): boolean {
  return NAME[text.charCodeAt(at - 1)] === 1 && text[at - 2] !== '\\';
}

/** `{"value":"abc","name":"password"}`: a quoted value, and nothing between that would end the pair. */
function valueBefore(text: string, namingFrom: number): Value | undefined {
  const reachFrom = Math.max(0, namingFrom - REACH);
  const before = text.slice(reachFrom, namingFrom);
  let at = 0;
  while (at < before.length) {
    const end = runEnd(before, at, NAME);
    const isValueWord = end > at && VALUE_WORDS.has(before.slice(at, end).toLowerCase());
    const valueFrom = isValueWord ? afterSeparator(before, end) : undefined;
    if (valueFrom !== undefined && quoteAt(before, valueFrom) !== undefined) {
      const { from, to } = valueAt(before, valueFrom, 'value', undefined);
      const isNear = to < before.length && !/[{}<>]|\n\s*-/.test(before.slice(to));
      if (isNear) return { from: from + reachFrom, to: to + reachFrom, isBare: false };
    }
    at = end + 1;
  }
  return undefined;
}
