import { describe, expect, it } from 'vitest';
import { createRedactor } from '../redactor.ts';
import { isCardNumber } from './card-number.ts';

const { text } = createRedactor();

/** Every issuer's first four digits, from and to, and how many digits its numbers have in all. */
const ISSUED: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4000, 4999, [13, 16, 19]], // Visa
  [5100, 5599, [16]], // Mastercard
  [2221, 2720, [16]],
  [3400, 3499, [15]], // American Express
  [3700, 3799, [15]],
  [6011, 6011, [16, 17, 18, 19]], // Discover
  [6440, 6599, [16, 17, 18, 19]],
  [3000, 3059, [14, 15, 16, 17, 18, 19]], // Diners Club
  [3600, 3699, [14, 15, 16, 17, 18, 19]],
  [3800, 3999, [14, 15, 16, 17, 18, 19]],
  [3528, 3589, [16, 17, 18, 19]], // JCB
  [6200, 6299, [16, 17, 18, 19]], // UnionPay
  ...[5018, 5020, 5038, 5893, 6304].map((of) => [of, of, [13, 14, 15, 16, 17, 18, 19]] as const), // Maestro
  [6759, 6763, [13, 14, 15, 16, 17, 18, 19]],
];

/** With so many digits in all, the last of which makes the check right. */
function numberOf(prefix: number, length: number): string {
  const front = String(prefix).padEnd(length - 1, '0');
  const sum = Array.from(front, Number)
    .toReversed()
    .reduce((total, digit, index) => {
      const doubled = digit * 2;
      return total + (index % 2 === 1 ? digit : doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return front + String((10 - (sum % 10)) % 10);
}

describe('isCardNumber', () => {
  it('is true of the numbers of each issuer in each of its lengths, and of no others', () => {
    const wrong: string[] = [];
    for (let prefix = 1000; prefix <= 9999; prefix += 1) {
      const ranges = ISSUED.filter(([from, to]) => from <= prefix && prefix <= to);
      const lengths = new Set(ranges.flatMap(([, , each]) => each));
      for (let length = 12; length <= 20; length += 1) {
        const number = numberOf(prefix, length);
        if (isCardNumber(number) !== lengths.has(length)) wrong.push(number);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is false of a number whose last digit is any other', () => {
    const number = numberOf(4111, 16);
    const others = Array.from('0123456789', (digit) => number.slice(0, -1) + digit).filter(isCardNumber);
    expect(others).toEqual([number]);
  });
});

describe('cardNumberRule', () => {
  const [visa, amex, diners, long, short] = [
    numberOf(4111, 16),
    numberOf(3400, 15),
    numberOf(3600, 14),
    numberOf(4111, 19),
    numberOf(4111, 13),
  ];
  /** Cut into groups of these lengths. */
  const grouped = (number: string, lengths: readonly number[], gap: string): string => {
    let at = 0;
    return lengths.map((length) => number.slice(at, (at += length))).join(gap);
  };

  it.each(['', ' ', '  ', '-', '.', '+', '%20'])('finds what is printed in groups with %j between', (gap) => {
    const printed = [
      grouped(visa, [4, 4, 4, 4], gap),
      grouped(long, [4, 4, 4, 4, 3], gap),
      grouped(amex, [4, 6, 5], gap),
      grouped(diners, [4, 6, 4], gap),
      grouped(short, [4, 4, 4, 1], gap),
      grouped(long, [6, 13], gap),
    ];
    expect(printed.map((each) => text(`paid ${each}, thanks`))).toEqual(
      printed.map(() => 'paid [REDACTED], thanks'),
    );
  });

  it.each([
    grouped(visa, [8, 8], ' '),
    grouped(visa, [4, 4, 4, 4], '   '),
    grouped(visa, [4, 4, 4, 4], '_'),
    grouped(visa, [2, 4, 4, 6], ' '),
    grouped(amex, [5, 5, 5], '-'),
    `0.${visa}`,
    `${visa}0000`,
  ])('leaves %s, which is printed as no card', (number) => {
    expect(text(`took ${number}`)).toBe(`took ${number}`);
  });

  it.each([
    { length: 16, digits: short },
    { length: 24, digits: visa },
    { length: 32, digits: visa },
    { length: 40, digits: visa },
    { length: 64, digits: visa },
    { length: 128, digits: visa },
  ])('leaves a hexadecimal id of $length digits that holds a number', ({ length, digits }) => {
    for (const id of [digits.padEnd(length, 'a'), digits.padStart(length, 'a')]) {
      expect(text(`trace ${id} ok`)).toBe(`trace ${id} ok`);
    }
  });

  it.each([15, 17, 23, 25, 31, 33, 39, 41, 63, 65, 127, 129])(
    'finds a number among %i hexadecimal digits, which are no id',
    (length) => {
      const digits = length < 20 ? short : visa;
      expect(text(`x ${digits.padEnd(length, 'a')}`)).toBe(
        `x [REDACTED]${'a'.repeat(length - digits.length)}`,
      );
    },
  );

  it('finds each of several numbers, whatever numbers stand before, between and behind them', () => {
    const other = numberOf(5555, 16);
    expect(text(`1 22 333 ${visa} 7 ${other} 88`)).toBe('1 22 333 [REDACTED] 7 [REDACTED] 88');
    const many = '12 '.repeat(60);
    expect(text(`${many}${grouped(visa, [4, 4, 4, 4], ' ')} ${many}`)).toBe(`${many}[REDACTED] ${many}`);
  });
});
