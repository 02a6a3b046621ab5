import { CHARACTER_SETS, runEnd } from '../characters.ts';
import type { TextRule } from '../rule.ts';

const MIN_DIGITS = 13;
const MAX_DIGITS = 19;
/** Twice as many as a card number can have, so that one that begins in the first half ends within. */
const MAX_GROUPS = 2 * MAX_DIGITS;

/** Lengths of the groups that card numbers are printed in; other groups are just numbers side by side. */
const LAYOUTS = new Set(['4444', '44443', '465', '464', '4441', '4333', '613']);

/**
 * Payment card numbers: 13 to 19 digits, bare or in the printed groups, set apart by a space or a hyphen, of a known issuer
 * and with a valid check digit. A long number that is not one of these stays.
 * Source: ISO/IEC 7812-1 (length, issuer ranges, Luhn check digit).
 */
export const cardNumberRule: TextRule = {
  name: 'card-number',
  anchors: ['########', '#### ####', '####-####'],
  find(text, anchorFrom) {
    let from = anchorFrom;
    while (from > 0 && isDigit(text, from - 1) && anchorFrom - from < MAX_DIGITS) from--;
    const runTo = runEnd(text, anchorFrom, CHARACTER_SETS.digits);
    const isGrouped = text[runTo] === ' ' || text[runTo] === '-';
    if (!isGrouped && runTo - from < MIN_DIGITS) return runTo;
    const groups = digitGroups(text, from);
    // More groups than one look takes in: the later half is seen whole from the next anchor on.
    const end = groups[groups.length === MAX_GROUPS ? MAX_DIGITS : groups.length - 1]?.to ?? anchorFrom + 1;
    // A fraction is no card: `0.4111111111111111`.
    if (text[from - 1] === '.' && isDigit(text, from - 2)) return groups[0]?.to ?? end;
    for (let first = 0; first < groups.length; first++) {
      let digits = '';
      let layout = '';
      for (let last = first; last < groups.length; last++) {
        const group = groups[last];
        if (group === undefined || digits.length + group.to - group.from > MAX_DIGITS) break;
        digits += text.slice(group.from, group.to);
        layout += group.to - group.from;
        if ((first === last || LAYOUTS.has(layout)) && isCardNumber(digits)) {
          return { from: groups[first]?.from ?? from, to: group.to };
        }
      }
    }
    return end;
  },
};

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
    if ((text[at] !== ' ' && text[at] !== '-') || !isDigit(text, at + 1)) break;
    at++;
  }
  return groups;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

/** Issuer ranges by their first digits: [prefix from, prefix to, shortest, longest]. */
const ISSUERS: readonly (readonly [number, number, number, number])[] = [
  [4, 4, 13, 19], // Visa
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
