import { describe, expect, it } from 'vitest';
import { groupAttributes } from './group-attributes.ts';

describe('groupAttributes', () => {
  it('groups by what stands before the first dot, those without one first', () => {
    const attributes = ['url.path', 'http.route', 'tenant', 'http.request.method', '.odd'].map((key) => ({
      key,
      text: '',
      type: 'string' as const,
    }));
    const groups = groupAttributes(attributes);
    expect(groups.map(({ namespace, attributes: own }) => [namespace, own.map(({ key }) => key)])).toEqual([
      ['', ['.odd', 'tenant']],
      ['http', ['http.request.method', 'http.route']],
      ['url', ['url.path']],
    ]);
  });
});
