import { describe, expect, it } from 'vitest';
import { lineAndColumn, QueryError } from './query-error.ts';

describe('lineAndColumn', () => {
  it.each([
    ['up', 0, '1:1'],
    ['up + 1', 5, '1:6'],
    ['sum(\n  up\n)', 7, '2:3'],
    ['a\n\nb', 3, '3:1'],
  ])('in %j at %i is %s', (query, offset, expected) => {
    expect(lineAndColumn(query, offset)).toBe(expected);
  });
});

describe('QueryError', () => {
  it('says what kind of end it was and where', () => {
    const error = new QueryError('bad_data', 'no query', { from: 1, to: 2 });
    expect(error).toMatchObject({
      name: 'QueryError',
      class: 'bad_data',
      message: 'no query',
      position: { from: 1, to: 2 },
    });
  });
});
