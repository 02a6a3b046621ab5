import { describe, expect, it } from 'vitest';
import { parseMatchers } from '../alerting/parse-matchers.ts';
import { parseExposition } from '../ingest/scrape/parse-exposition.ts';
import { timeMs, timeNs, valuesOf } from './parameters.ts';
import { searchText } from './tempo-search.ts';

const length = 1_000_000;
const ones = '1'.repeat(length);
const none = { sample: () => undefined, metadata: () => undefined };

/** What is tried again from each letter of a long text takes minutes; the test would be over its time. */
describe('hostile requests', () => {
  it.each([
    ['a time of Prometheus', () => timeMs(new URLSearchParams({ time: `${ones}x` }), 'time')],
    ['a time of Loki', () => timeNs(new URLSearchParams({ start: ones }), 'start', 0n)],
    ['a matcher', () => parseMatchers(`a=b${' '.repeat(length)}"`)],
  ])('%s that is none is refused', (_, run) => {
    expect(run).toThrow(/cannot parse|bad matcher/);
  });

  it('1000 selectors are looked for, and not one more', () => {
    const many = (count: number) => new URLSearchParams('match[]=up&'.repeat(count));
    expect(valuesOf(many(1000), 'match[]')).toHaveLength(1000);
    expect(() => valuesOf(many(1001), 'match[]')).toThrow('more than 1000 of it');
  });

  it('tags without a value are left out', () => {
    expect(searchText(new URLSearchParams({ tags: 'a'.repeat(length) }))).toBe('{  }');
    expect(searchText(new URLSearchParams({ tags: 'lone service.name=shop a="b c" last=' }))).toBe(
      '{ .service.name = "shop" && .a = "b c" && .last = "" }',
    );
  });

  it('the help of a metric is whatever stands behind its name', () => {
    const help: unknown[] = [];
    parseExposition(`# HELP a${' '.repeat(length)}b\u2028c\n`, false, {
      ...none,
      metadata: (name, metadata) => help.push([name, metadata]),
    });
    expect(help).toEqual([['a', { help: 'b\u2028c' }]]);
  });
});
