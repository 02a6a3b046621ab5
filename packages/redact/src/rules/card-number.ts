import { CHARACTER_SETS, runEnd, runStart } from '../characters.ts';
import { percentEscapeEnd } from './quoting.ts';
import type { Span, TextRule } from '../rule.ts';

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
/** Twice as many as a card number can have, so that one that begins in the first half ends within. */
const MAX_GROUPS = 2 * MAX_DIGITS;

/** Span, trace, SHA-1, SHA-256 and SHA-512 in hexadecimal. */
const HASH_LENGTHS = new Set([16, 24, 32, 40, 64, 128]);
const MAX_HASH_LENGTH = 128;
/** Lengths of the groups that card numbers are printed in; other groups are just numbers side by side. */
const LAYOUTS = new Set(['4444', '44443', '465', '464', '4441', '613']);

/**
 * Payment card numbers: 13 to 19 digits, bare or in the printed groups, set apart by a space or a hyphen or the like, of a known issuer
 * and with a valid check digit. A long number that is not one of these stays.
 * Source: ISO/IEC 7812-1 (length, issuer ranges, Luhn check digit).
 */
export const cardNumberRule: TextRule = {
  name: 'card-number',
  anchors: ['########', ...[' ', '-', '.', '+', '  ', '%20'].map((gap) => `####${gap}####`)],
  find(text, anchorFrom) {
    let from = anchorFrom;
    while (from > 0 && isDigit(text, from - 1) && anchorFrom - from < MAX_DIGITS) from--;
    const runTo = runEnd(text, anchorFrom, CHARACTER_SETS.digits);
    if (gapLength(text, runTo) === 0 && runTo - from < MIN_DIGITS) return runTo;
    // Most digits are ids and times: they are told apart without an object for each group.
    const endOfFew = fewDigitsEnd(text, from);
    if (endOfFew !== undefined) return endOfFew;
    const groups = digitGroups(text, from);
    // More groups than one look takes in: the later half is seen whole from the next anchor on.
    const end = groups[groups.length === MAX_GROUPS ? MAX_DIGITS : groups.length - 1]?.to ?? anchorFrom + 1;
    // A fraction is no card: `0.4111111111111111`.
    if (text[from - 1] === '.' && isDigit(text, from - 2)) return groups[0]?.to ?? end;
    const found = cardAmong(text, groups);
    if (found !== undefined || text[from - 1] !== '%') return found ?? end;
    // `%224111…%22`: the first two digits may belong to the escape of a URL.
    return cardAmong(text, digitGroups(text, percentEscapeEnd(text, from - 1))) ?? end;
  },
};

function cardAmong(text: string, groups: readonly Group[]): Span | undefined {
  for (let first = 0; first < groups.length; first++) {
    if (!isFirstOfIssuer(text.charCodeAt((groups[first] as Group).from))) continue;
    let digits = '';
    let layout = '';
    for (let last = first; last < groups.length; last++) {
      const { from, to } = groups[last] as Group;
      if (digits.length + to - from > MAX_DIGITS) break;
      digits += text.slice(from, to);
      layout += to - from;
      const isPrinted = first === last || LAYOUTS.has(layout);
      const start = (groups[first] as Group).from;
      if (isPrinted && isCardNumber(digits) && !isInHash(text, start, to)) return { from: start, to };
    }
  }
  return undefined;
}

/** Whether a string of digits is a payment card number. */
export function isCardNumber(digits: string): boolean {
  return digits.length >= MIN_DIGITS && hasKnownIssuer(digits) && hasValidCheckDigit(digits);
}

interface Group {
  readonly from: number;
  readonly to: number;
}

/** Groups of digits from `from` on, each one character apart: at most as many as one look-up needs. */
function digitGroups(text: string, from: number): Group[] {
  const groups: Group[] = [];
  let at = from;
  while (groups.length < MAX_GROUPS) {
    const start = at;
    while (isDigit(text, at)) at++;
    if (at === start) break;
    groups.push({ from: start, to: at });
    const gap = gapLength(text, at);
    if (gap === 0 || !isDigit(text, at + gap)) break;
    at += gap;
  }
  return groups;
}

/** Where the groups from `from` on end, when they have too few digits for a card number; undefined when they have enough. */
function fewDigitsEnd(text: string, from: number): number | undefined {
  let digits = 0;
  for (let at = from; ;) {
    const start = at;
    while (isDigit(text, at)) at++;
    digits += at - start;
    if (digits >= MIN_DIGITS) return undefined;
    const gap = gapLength(text, at);
    if (gap === 0 || !isDigit(text, at + gap)) return at;
    at += gap;
  }
}

/** What printed groups are set apart by: a space or two, also a URL's, a hyphen, a dot. */
function gapLength(text: string, at: number): number {
  const character = text[at];
  if (character === ' ') return text[at + 1] === ' ' ? 2 : 1;
  if (character === '-' || character === '.' || character === '+') return 1;
  return text.startsWith('%20', at) ? 3 : 0;
}

/** Digits inside a hexadecimal id are no card: one trace id in some ten thousand would look like it. */
function isInHash(text: string, from: number, to: number): boolean {
  const start = runStart(text, from, CHARACTER_SETS.hex, Math.max(0, from - MAX_HASH_LENGTH));
  const end = runEnd(text, to, CHARACTER_SETS.hex, Math.min(text.length, to + MAX_HASH_LENGTH));
  return (start < from || end > to) && HASH_LENGTHS.has(end - start);
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Issuer ranges by their first digits: [prefix from, prefix to, shortest, longest]. Visa has no number between. */
const ISSUERS: readonly (readonly [number, number, number, number])[] = [
  [4, 4, 13, 13], // Visa
  [4, 4, 16, 16], // Visa
  [4, 4, 19, 19], // Visa
  [51, 55, 16, 16], // Mastercard
  [2221, 2720, 16, 16], // Mastercard
  [34, 34, 15, 15], // American Express
  [37, 37, 15, 15], // American Express
  [6011, 6011, 16, 19], // Discover
  [644, 659, 16, 19], // Discover
  [300, 305, 14, 19], // Diners Club
  [36, 36, 14, 19], // Diners Club
  [38, 39, 14, 19], // Diners Club
  [3528, 3589, 16, 19], // JCB
  [62, 62, 16, 19], // UnionPay
  [5018, 5018, 13, 19], // Maestro
  [5020, 5020, 13, 19], // Maestro
  [5038, 5038, 13, 19], // Maestro
  [5893, 5893, 13, 19], // Maestro
  [6304, 6304, 13, 19], // Maestro
  [6759, 6763, 13, 19], // Maestro
];

/** All of them begin with a digit from 2 to 6. */
function isFirstOfIssuer(code: number): boolean {
  return code >= 50 && code <= 54;
}

function hasKnownIssuer(digits: string): boolean {
  return ISSUERS.some(([low, high, shortest, longest]) => {
    const prefix = Number(digits.slice(0, String(low).length));
    return prefix >= low && prefix <= high && digits.length >= shortest && digits.length <= longest;
  });
}

/** The Luhn formula: from the right, every second digit doubled; the sum of all digits divides by ten. */
function hasValidCheckDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const value = index % 2 === 1 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
