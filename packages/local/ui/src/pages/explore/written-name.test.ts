import { describe, expect, it } from 'vitest';
import { labelText, metricText } from './written-name.ts';

describe('labelText', () => {
  it('has quotes only where the language asks for them', () => {
    expect(['job', '_a1', 'http.route', '1st', 'a:b'].map(labelText)).toEqual([
      'job',
      '_a1',
      '"http.route"',
      '"1st"',
      '"a:b"',
    ]);
  });
});

describe('metricText', () => {
  it('is a selector that any query can hold', () => {
    expect(['up', 'job:up:sum', 'http.requests', 'a "b"'].map(metricText)).toEqual([
      'up',
      'job:up:sum',
      '{"http.requests"}',
      String.raw`{"a \"b\""}`,
    ]);
  });
});
