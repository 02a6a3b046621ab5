import { describe, expect, it } from 'vitest';
import { attributeLabels } from './resource-labels.ts';

describe('attributeLabels', () => {
  it.each(['constructor', 'toString', 'hasOwnProperty', '__proto__'])(
    'has an attribute that is called %s with its own value alone',
    (name) => {
      expect(Object.entries(attributeLabels(new Map([[name, 'ferrari']])))).toEqual([[name, 'ferrari']]);
    },
  );

  it('joins the values of keys that are spelled alike, in the order of the keys', () => {
    const alike = new Map([
      ['a_b', '2'],
      ['a.b', '1'],
    ]);
    expect(attributeLabels(alike)).toEqual({ a_b: '1;2' });
  });
});
