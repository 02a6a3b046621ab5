import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceOf, leastEvidence, loneEvents } from './evidence.ts';

/** The probability of so many or more, added up term by term. */
function chanceOf(errors: number, expected: number): number {
  let term = Math.exp(-expected);
  let fewer = 0;
  for (let count = 0; count < errors; count += 1) {
    fewer += term;
    term *= expected / (count + 1);
  }
  return 1 - fewer;
}

describe('evidenceOf', () => {
  it.each([
    { errors: 1, expected: 0.006, evidence: 4.12 },
    { errors: 2, expected: 0.1, evidence: 4.09 },
    { errors: 2, expected: 0.05, evidence: 5.43 },
    { errors: 0, expected: 0.1, evidence: 0 },
    { errors: 3, expected: 3.5, evidence: 0 },
  ])('is $evidence for $errors bad ones where $expected were allowed', ({ errors, expected, evidence }) => {
    expect(evidenceOf(errors, expected)).toBeCloseTo(evidence, 2);
  });

  it('never says more than chance allows: exp(−evidence) bounds the probability', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0.001, max: 20, noNaN: true }),
        (errors, expected) => {
          const bound = Math.exp(-evidenceOf(errors, expected));
          expect(chanceOf(errors, expected)).toBeLessThanOrEqual(bound + 1e-9);
        },
      ),
    );
  });
});

describe('leastEvidence', () => {
  it('is one in a hundred for a page, one in two for a ticket', () => {
    expect(leastEvidence('critical')).toBe(4.605);
    expect(leastEvidence('warning')).toBeCloseTo(Math.LN2, 4);
  });
});

describe('loneEvents', () => {
  it.each([14.4, 6, 3.36])('is where one bad request goes over the burn rate of %d', (burnRate) => {
    const events = loneEvents({ budgetRatio: 0.001 }, burnRate);
    expect(1 / Math.floor(events) / 0.001).toBeGreaterThan(burnRate);
    expect(1 / Math.ceil(events + 1) / 0.001).toBeLessThan(burnRate);
  });
});
