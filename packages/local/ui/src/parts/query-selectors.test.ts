import { describe, expect, it } from 'vitest';
import { querySelectors } from './query-selectors.ts';

describe('querySelectors', () => {
  it.each([
    ['up', ['up']],
    ['sum by (job, le) (rate(a_total{job="x{y}"}[5m:1m] offset 5m)) > 0.5', ['a_total{job="x{y}"}']],
    ['a / on (job) group_left (version) b and c unless inf', ['a', 'b', 'c']],
    [
      '{__name__="odd", job="x"} or job:errors:ratio5m{}',
      ['{__name__="odd", job="x"}', 'job:errors:ratio5m'],
    ],
    ["count(up == 1) # down{}\n + vector(time()) * 2e3 + count_values('v', x)", ['up', 'x']],
    ['sum(rate({app="a"} |= "{" | json [1m])) by (level)', ['{app="a"}', 'json']],
    ['sum(up{job="', ['up{job="}']],
    ['', []],
  ])('finds in %j %j', (query, expected) => {
    expect(
      querySelectors(query).map(({ name, inner }) => (inner === '' ? name : `${name}{${inner}}`)),
    ).toEqual(expected);
  });
});
