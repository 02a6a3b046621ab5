import { describe, expect, it } from 'vitest';
import { clusterLines } from './cluster-lines.ts';

describe('clusterLines', () => {
  it('puts lines that differ in numbers, ids and single words together, the most frequent first', () => {
    expect(
      clusterLines([
        'order 17 placed by ada in 12.5ms',
        'order 18 placed by bob in 3ms',
        'connection lost',
        'order 19 placed by eve in 1s',
        'trace 4bf92f3577b34da6a3ce929d0e0e4736 ended',
      ]),
    ).toEqual([
      { pattern: 'order <_> placed by <_> in <_>', count: 3 },
      { pattern: 'connection lost', count: 1 },
      { pattern: 'trace <_> ended', count: 1 },
    ]);
  });

  it('keeps lines of other words or another length apart', () => {
    expect(
      clusterLines(['GET /a 200', 'POST /a 200', 'GET /a 500', 'GET /b 200', 'GET /a 200 slow']),
    ).toHaveLength(5);
  });

  it('takes ids out of paths, and keeps the status of a request', () => {
    expect(clusterLines(['GET /items/1 200', 'GET /items/23 200', 'GET /items/4bf92f35 500'])).toEqual([
      { pattern: 'GET /items/<_> 200', count: 2 },
      { pattern: 'GET /items/<_> 500', count: 1 },
    ]);
  });

  it('has one placeholder where several would follow one another', () => {
    expect(clusterLines(['took 1 2 3 steps'])[0]?.pattern).toBe('took <_> steps');
  });

  it('takes any text, and stays bounded', () => {
    expect(clusterLines(['', ' ', 'x'.repeat(1_000_000)]).map(({ count }) => count)).toEqual([2, 1]);
    const odd = Array.from(
      { length: 5000 },
      (_, index) => 'word '.repeat((index % 50) + 1) + 'z'.repeat(index),
    );
    expect(clusterLines(odd).length).toBeLessThanOrEqual(300);
  });
});
