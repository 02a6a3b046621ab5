import { describe, expect, it } from 'vitest';
import { formatExpression } from './format-expression.ts';
import { parsePromql } from './parse.ts';

/** Expressions as people write them, and as Prometheus formats them. */
const formatted: readonly (readonly [query: string, expected: string])[] = [
  ['up offset 0s', 'up'],
  ['up offset 0s offset 1m', 'up offset 1m'],
  ['up @ 1m', 'up @ 60.000'],
  ['up @ - 5', 'up @ -5.000'],
  ['a + fill(-5) b', 'a + fill (-5) b'],
  ['a + fill(+5) b', 'a + fill (5) b'],
  ['a + fill(- 5) b', 'a + fill (-5) b'],
  ['a + fill_left(-5) fill_right(2) b', 'a + fill_left (-5) fill_right (2) b'],
  ['sum by () (up)', 'sum(up)'],
  ['up offset +(5m + 1m)', 'up offset (5m + 1m)'],
  ['up offset -(5m+1m)', 'up offset -(5m + 1m)'],
  ['up[-(5m+1m)]', 'up[-(5m + 1m)]'],
  ['up[+5m]', 'up[5m]'],
  [String.raw`'a\'b'`, '"a\'b"'],
  ['`a`', '"a"'],
  ['up[5m:1m] offset 5m @ 5', 'up[5m:1m] @ 5.000 offset 5m'],
  ['min_of(1,2)', 'min_of(1, 2)'],
  ['up offset 2 ^ 3', 'up offset 2s ^ 3'],
  [
    'topk(3, sum by (job, instance, route, method, status, zone) (rate(requests_total{job="api", route="/cart"}[5m])))',
    'topk(\n  3,\n  sum by (job, instance, route, method, status, zone) (\n    rate(requests_total{job="api",route="/cart"}[5m])\n  )\n)',
  ],
  [
    'count_values without ("a b", c) ("value", sum by (job, instance, route, method, status) (rate(requests_total[5m])))',
    'count_values without ("a b", c) (\n  "value",\n  sum by (job, instance, route, method, status) (rate(requests_total[5m]))\n)',
  ],
  [
    '-sum by ("a b", c) (rate(requests_total{job="api", route="/cart", instance="a.example.com:80", zone="north"}[5m]))',
    '-sum by ("a b", c) (\n  rate(requests_total{instance="a.example.com:80",job="api",route="/cart",zone="north"}[5m])\n)',
  ],
  [
    '(sum by (job) (rate(requests_total{job="api", route="/cart", instance="a.example.com:80", zone="north"}[5m])) + 1)[5m:1m] offset 5m',
    '(\n    sum by (job) (\n      rate(requests_total{instance="a.example.com:80",job="api",route="/cart",zone="north"}[5m])\n    )\n  +\n    1\n)[5m:1m] offset 5m',
  ],
  ['"a" ', '"a"'],
  [
    'label_replace(rate(requests_total{job="api", route="/cart"}[5m]), "destination", "$1", "source", "(.*)-some-long-text")',
    'label_replace(\n  rate(requests_total{job="api",route="/cart"}[5m]),\n  "destination",\n  "$1",\n  "source",\n  "(.*)-some-long-text"\n)',
  ],
  [
    'quantile(0.9, requests_total{job="api", route="/cart", instance="a.example.com:80", zone="north", region="europe", k="v"})',
    'quantile(\n  0.9,\n  requests_total{instance="a.example.com:80",job="api",k="v",region="europe",route="/cart",zone="north"}\n)',
  ],
  ['{"a b", c="d"}', '{__name__="a b",c="d"}'],
  ['a + on (x) fill (Inf) b', 'a + on (x) fill (+Inf) b'],
  ['a + on (x) fill (NaN) b', 'a + on (x) fill_left (NaN) fill_right (NaN) b'],
  ['a + on (x) fill (1e21) b', 'a + on (x) fill (1e+21) b'],
  ['a + on (x) fill_left (0.0000001) b', 'a + on (x) fill_left (1e-07) b'],
  ['a + on (x) fill_right (123456789) b', 'a + on (x) fill_right (1.23456789e+08) b'],
  ['a + fill (1m) b', 'a + fill (60) b'],
  ['up @ 10000000000', 'up @ 10000000000.000'],
  ['up @ -1.5', 'up @ -1.500'],
  ['up @ 0.0005', 'up @ 0.001'],
  ['up offset 1.5', 'up offset 1s500ms'],
  ['up[1.5]', 'up[1s500ms]'],
  ['up[90s]', 'up[1m30s]'],
  ['up[1h30m:90s] @ start() offset -5m', 'up[1h30m:1m30s] @ start() offset -5m'],
  ['a and ignoring () b', 'a and b'],
  ['a * on () group_left b', 'a * on () group_left () b'],
  ['a * ignoring () group_left b', 'a * ignoring () group_left () b'],
  ['{__name__="up", job!~"a|b"}', '{__name__="up",job!~"a|b"}'],
  ['up{job="x",a="y"}', 'up{a="y",job="x"}'],
  ['up anchored @ 5 offset 1m', 'up @ 5.000 anchored offset 1m'],
  ['- - 1', '1'],
  ['up offset 280y', 'up offset 280y'],
  ['sum(up)[5m:1m]', 'sum(up)[5m:1m]'],
  ['up[min_of(1m, 2m)]', 'up[min_of(1m, 2m)]'],
  ['up[step() * 2]', 'up[step() * 2]'],
  ['up[1m + -1m]', 'up[1m + -1m]'],
  ['up[2 ^ 3]', 'up[2 ^ 3]'],
  ['-2 ^ 2', '-2 ^ 2'],
  ['1e21 + 1e-7 + Inf - NaN + 0x10 + 1m', '1000000000000000000000 + 0.0000001 + +Inf - NaN + 16 + 1m'],
  ['up offset -1m30s', 'up offset -1m30s'],
  ['rate(up[5m] smoothed @ end() offset 1m)', 'rate(up[5m] smoothed @ end() offset 1m)'],
  ['-1 ^ 2', '-1 ^ 2'],
  ['(-1) ^ 2', '(-1) ^ 2'],
  ['1h30m + 90s + 0x1d + 1d', '1h30m + 1m30s + 29 + 1d'],
  ['-1h ^ 2', '-1h ^ 2'],
  ['time() - 1h', 'time() - 1h'],
  ['up[step() * 2m]', 'up[step() * 2m]'],
  ['up offset -5m + 2', 'up offset -5m + 2'],
  ['up[300]', 'up[5m]'],
  ['up[5m:60]', 'up[5m:1m]'],
  ['1000ms + 0s + 0', '1s + 0s + 0'],
  ['1w + 2y + 8d', '1w + 2y + 8d'],
];

describe('formatExpression', () => {
  it.each(formatted)('writes %s as Prometheus does', (query, expected) => {
    expect(formatExpression(parsePromql(query))).toBe(expected);
  });
});
