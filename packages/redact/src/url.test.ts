import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

describe('a URL with escapes in its path', () => {
  const { url } = createRedactor();
  const token = `ghp_${'a1B2'.repeat(9)}`;

  it.each([
    { name: 'a token', path: `/ok/${token.replace('_', '%5F')}/x`, safe: '/ok/REDACTED/x' },
    { name: 'a token escaped twice', path: `/ok/${token.replace('_', '%255F')}`, safe: '/ok/REDACTED' },
    { name: 'a card number', path: '/pay/4111%201111%201111%201111?x=1', safe: '/pay/REDACTED?x=1' },
  ])('loses $name', ({ path, safe }) => {
    expect(decodeURIComponent(url(path)).replaceAll(/[[\]]/g, '')).toBe(safe);
  });

  it.each(['/a%20b/c%2Fd?e=%20', '/caf%C3%A9', '/50%', '/%zz/x', '/a+b%2Bc'])(
    'leaves %s as it is',
    (path) => {
      expect(url(path)).toBe(path);
    },
  );
});
