import { describe, expect, it } from 'vitest';
import { parsePage, totalOf, totalsBy } from './exposition.ts';

const page = parsePage(`# HELP a What it is.
# TYPE a counter
a_total{x="1",y="say \\"}\\""} 2.0 # {trace_id="abc"} 0.1 1795675291.464
a_total{x="2"} 3 1795675291464
b 1e3
c NaN
not a sample
# EOF
`);

describe('parsePage', () => {
  it('reads names, labels and values of both formats, and nothing else', () => {
    expect(page).toEqual([
      { name: 'a_total', labels: { x: '1', y: String.raw`say \"}\"` }, value: 2 },
      { name: 'a_total', labels: { x: '2' }, value: 3 },
      { name: 'b', labels: {}, value: 1000 },
      { name: 'c', labels: {}, value: Number.NaN },
    ]);
  });
});

describe('totalOf', () => {
  it('sums the series that have the labels, and is nothing without any', () => {
    expect(totalOf(page, 'a_total')).toBe(5);
    expect(totalOf(page, 'a_total', { x: '2' })).toBe(3);
    expect(totalOf(page, 'a')).toBeUndefined();
    expect(totalsBy(page, 'a_total', 'x')).toEqual(
      new Map([
        ['1', 2],
        ['2', 3],
      ]),
    );
  });
});
