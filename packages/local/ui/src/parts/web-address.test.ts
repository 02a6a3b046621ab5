import { describe, expect, it } from 'vitest';
import { webAddress } from './web-address.ts';

describe('webAddress', () => {
  it.each(['http://a.example/', 'https://a.example/x?y=1'])('keeps %s', (text) => {
    expect(webAddress(text)).toBe(text);
  });

  it.each([
    'javascript:alert(1)',
    ' JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'ftp://a.example/',
    '//a.example',
    '/x',
    '',
  ])('is nothing for %j', (text) => expect(webAddress(text)).toBeUndefined());
});
