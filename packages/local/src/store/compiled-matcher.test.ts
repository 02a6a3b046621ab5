import { describe, expect, it } from 'vitest';
import { compileMatcher } from './compiled-matcher.ts';

describe('compileMatcher', () => {
  it.each(['constructor', 'toString', '__proto__'])('takes labels without %s as ones without it', (name) => {
    expect(compileMatcher({ name, op: '=', value: '' })({ app: 'shop' })).toBe(true);
    expect(compileMatcher({ name, op: '=~', value: '.+' })({ app: 'shop' })).toBe(false);
    expect(compileMatcher({ name, op: '=', value: 'a' })(Object.fromEntries([[name, 'a']]))).toBe(true);
  });
});
