import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASS_BITS, compileAutomaton } from './automaton.ts';

function find(literals: readonly (readonly string[])[], text: string): string[] {
  const { transitions, classes, firstHit, hits, width } = compileAutomaton(literals);
  const found: string[] = [];
  let state = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    state = transitions[state + (code < 128 ? (classes[code] ?? 0) & CLASS_BITS : 0)] ?? 0;
    if (state < firstHit) continue;
    for (const { owner, length } of hits[(state - firstHit) / width] ?? []) {
      found.push(`${owner}@${at + 1 - length}-${at + 1}`);
    }
  }
  return found.toSorted();
}

function findNaively(literals: readonly (readonly string[])[], text: string): string[] {
  const comparable = text.toLowerCase().replaceAll(/[0-9]/g, '#');
  const found: string[] = [];
  literals.forEach((own, owner) => {
    for (const literal of own) {
      for (let at = comparable.indexOf(literal); at !== -1; at = comparable.indexOf(literal, at + 1)) {
        found.push(`${owner}@${at}-${at + literal.length}`);
      }
    }
  });
  return found.toSorted();
}

describe('compileAutomaton', () => {
  it('finds overlapping literals, in either case and with any digit for #', () => {
    expect(find([['he', 'she'], ['hers'], ['##']], 'usHErs 42é7')).toEqual(
      ['0@1-4', '0@2-4', '1@2-6', '2@7-9'].toSorted(),
    );
  });

  it('finds exactly what a naive search finds, whatever the literals and the text', () => {
    const literal = fc.string({ unit: fc.constantFrom('a', 'b', '-', '#'), minLength: 1, maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '-', '7', 'é'), maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(literal, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 4 }),
        text,
        (literals, haystack) => {
          expect(find(literals, haystack)).toEqual(findNaively(literals, haystack));
        },
      ),
    );
  });

  /** One literal of so many characters, of so many different letters. */
  const literalOf = (length: number, letters: number): string =>
    'abcdefghijklmnop'
      .slice(0, letters)
      .repeat(Math.ceil(length / letters))
      .slice(0, length);

  it('fits exactly 1,048,576 entries, and not one more', () => {
    expect(compileAutomaton([[literalOf(262_143, 3)]]).transitions).toHaveLength(1_048_576);
    expect(() => compileAutomaton([[literalOf(61_680, 16)]])).toThrow(RangeError);
  });

  it.each([
    { letters: 3, states: 16_384, bytes: 2 },
    { letters: 5, states: 10_923, bytes: 4 },
  ])('with $states states of $letters letters takes $bytes bytes an entry', ({ letters, states, bytes }) => {
    const { transitions } = compileAutomaton([[literalOf(states - 1, letters)]]);
    expect([transitions.length, transitions.BYTES_PER_ELEMENT]).toEqual([states * (letters + 1), bytes]);
  });

  it('refuses more literals than its table holds', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `word-${index.toString(36)}-${'xyz'.repeat(8)}`);
    expect(() =>
      compileAutomaton([many.map((word, index) => word + String.fromCharCode(97 + (index % 26)))]),
    ).toThrow(RangeError);
  });
});
