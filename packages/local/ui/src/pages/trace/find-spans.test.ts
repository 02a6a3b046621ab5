import { describe, expect, it } from 'vitest';
import { traceTree } from '../../parts/trace/trace-tree.ts';
import { spanAt } from '../../parts/trace/traces.fixture.ts';
import { findSpans } from './find-spans.ts';

const { nodes } = traceTree({
  spans: [
    spanAt('1', '', 0, 9, { name: 'GET /cart', service: 'shop' }),
    spanAt('2', '1', 1, 5, {
      service: 'orders',
      status: 'error',
      attributes: [{ key: 'http.route', text: '/Orders', type: 'string' }],
    }),
  ],
});

describe('findSpans', () => {
  it.each([
    ['cart', ['1']],
    ['ORDERS error', ['2']],
    ['http.route=/orders', ['2']],
    ['shop orders', []],
    ['  ', []],
  ])('finds for %j the spans %j', (text, expected) => {
    expect(findSpans(nodes, text).map(({ span }) => span.id)).toEqual(expected);
  });
});
