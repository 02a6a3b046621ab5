import { describe, expect, it } from 'vitest';
import { QueryError } from './query-error.ts';
import { rewrapError } from './rewrap-error.ts';

function failing(error: unknown): () => string {
  return () => {
    throw error;
  };
}

describe('rewrapError', () => {
  it('gives the result where there is no error, and what is made of an error of the class', () => {
    const handle = ({ class: kind }: QueryError): string => kind;
    expect(rewrapError(QueryError, () => 'fine', handle)).toBe('fine');
    expect(rewrapError(QueryError, failing(new QueryError('limit', 'too much')), handle)).toBe('limit');
  });

  it('throws any other error on as it is: a fault of the code is no fault of a query', () => {
    const fault = new TypeError('a fault');
    expect(() => rewrapError(QueryError, failing(fault), () => 'handled')).toThrow(fault);
  });
});
