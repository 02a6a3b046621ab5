import { describe, expect, it } from 'vitest';
import { checkLabels } from './check-labels.ts';

const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`l${at}`, 'x']));

describe('checkLabels', () => {
  it('takes 15 names, besides the one that Loki would have added', () => {
    expect(() => checkLabels({ ...many(15), service_name: 'shop' })).not.toThrow();
    expect(() => checkLabels({ _a1: '', [`a${'b'.repeat(1023)}`]: 'c'.repeat(2048) })).not.toThrow();
  });

  /** As Loki 3.8 answers. */
  it.each([
    [
      { service_name: 'shop', level: 'info', 'odd.name': 'x"y' },
      "couldn't parse labels: 1:19: parse error: unexpected character inside braces: '.'",
    ],
    [{ '1a': 'b' }, "couldn't parse labels: 1:2: parse error: unexpected character inside braces: '1'"],
    [{ é: 'c' }, "couldn't parse labels: 1:2: parse error: unexpected character inside braces: 'é'"],
    [
      many(16),
      `entry for stream '{l0="x", l1="x", l10="x", l11="x", l12="x", l13="x", l14="x", l15="x", l2="x", l3="x", l4="x", l5="x", l6="x", l7="x", l8="x", l9="x"}' has 16 label names; limit 15`,
    ],
  ])('refuses %j in the words of Loki', (labels, problem) => {
    expect(() => checkLabels(labels)).toThrow(problem);
  });

  it.each([
    [{}, 'a stream needs at least one label'],
    [{ '': 'a' }, 'unexpected character inside braces'],
    [{ ['l'.repeat(1025)]: 'x' }, 'has label name too long'],
    [{ a: 'v'.repeat(2049) }, 'has label value too long'],
  ])('refuses what is empty or too long', (labels, problem) => {
    expect(() => checkLabels(labels)).toThrow(problem);
  });
});
