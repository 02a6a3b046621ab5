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

describe('a URL with escapes and parameters', () => {
  const { url, counts } = createRedactor();

  it.each([
    // Yes, no, nothing and counts give nothing away; what only begins or ends like one does.
    { from: 'password=true', to: 'password=true' },
    { from: 'password=null', to: 'password=null' },
    { from: 'password=', to: 'password=' },
    { from: 'password=untrue', to: 'password=REDACTED' },
    { from: 'password=nullify', to: 'password=REDACTED' },
    { from: 'tokens=512', to: 'tokens=512' },
    { from: 'tokens=512a', to: 'tokens=REDACTED' },
    { from: 'tokens=a512', to: 'tokens=REDACTED' },
    { from: 'password=512', to: 'password=REDACTED' },
    // A short `sig` is a word, a long one a signature.
    { from: 'sig=abc', to: 'sig=abc' },
    { from: 'sig=qs7DENatAvAcSOq6ke0j', to: 'sig=REDACTED' },
    { from: 'sig=abcdefg', to: 'sig=abcdefg' },
    { from: 'sig=abcdefgh', to: 'sig=REDACTED' },
    // What was written without escapes stays so.
    { from: `q=ghp_${'a1B2'.repeat(9)}`, to: 'q=[REDACTED]' },
    { from: `q=a%20ghp_${'a1B2'.repeat(9)}`, to: `q=${encodeURIComponent('a [REDACTED]')}` },
    // Names are decoded before they are judged, twice where they were escaped twice.
    { from: 'pass%77ord=abc', to: 'pass%77ord=REDACTED' },
    { from: 'pass%2577ord=abc', to: 'pass%2577ord=REDACTED' },
    { from: 'api+key=abc', to: 'api+key=REDACTED' },
    // Only the first `=` ends the name.
    { from: 'password=a=b', to: 'password=REDACTED' },
    { from: 'card=4111+1111+1111+1111', to: `card=${encodeURIComponent('[REDACTED]')}` },
    { from: 'a=1&password=abc;b=2', to: 'a=1&password=REDACTED;b=2' },
    { from: 'a=/b?password=abc?c=2', to: 'a=/b?password=REDACTED?c=2' },
    { from: 'pass%77ord=abc?c=2', to: 'pass%77ord=REDACTED?c=2' },
    { from: 'pass%77ord=abc#c=2', to: 'pass%77ord=REDACTED#c=2' },
    { from: 'a=/b#password=abc#c=2', to: 'a=/b#password=REDACTED#c=2' },
  ])('$from becomes $to, in the query and behind the #', ({ from, to }) => {
    expect(url(`/a%20b?${from}`)).toBe(`/a%20b?${to}`);
    expect(url(`/a%20b#${from}`)).toBe(`/a%20b#${to}`);
    expect(url(`/a%20b?c#${from}`)).toBe(`/a%20b?c#${to}`);
  });

  it.each([
    ['?password=abc%20', '?password=REDACTED'],
    ['/?password=abc%20', '/?password=REDACTED'],
    ['/#password=abc%20', '/#password=REDACTED'],
    ['#a=%20?password=abc', '#a=%20?password=REDACTED'],
  ])('%s becomes %s', (from, to) => {
    expect(url(from)).toBe(to);
  });

  it('loses the value of a pair that another parameter names', () => {
    expect(url('/x?name=password&value=abc')).toBe('/x?name=password&value=[REDACTED]');
    expect(url('/x?name=password&value=abc%20')).toBe('/x?name=password&value=REDACTED');
    expect(url('/x%20?Key=pass%77ord&a=1&val=abc&b=2')).toBe('/x%20?Key=pass%77ord&a=1&val=REDACTED&b=2');
    expect(url('/x%20?name=color&value=red')).toBe('/x%20?name=color&value=red');
    expect(url('/x%20?value=red')).toBe('/x%20?value=red');
  });

  it('loses the login behind // alone', () => {
    expect(url('//user:hunter2@host/a%20b?c=%20')).toBe('//user:REDACTED@host/a%20b?c=%20');
    expect(url('//user:hunter2@host/')).toBe('//user:REDACTED@host/');
  });

  it('finds what is written with escapes behind any number of parts that do not decode', () => {
    for (const part of ['%', '%ff', '%zz']) {
      const path = `/${`${part}/`.repeat(100)}`;
      const query = `${part}&`.repeat(100);
      expect(url(`${path}?${query}pass%77ord=abc`)).toBe(`${path}?${query}pass%77ord=REDACTED`);
      expect(url(`${path}?${query}pass%2577ord=abc`)).toBe(`${path}?${query}pass%2577ord=REDACTED`);
    }
  });

  it('does not throw for half a surrogate pair beside a secret', () => {
    expect(url('/x?a=%20\ud800://a:hunter22@h')).toBe('/x?a=%20%EF%BF%BD%3A%2F%2Fa%3AREDACTED%40h');
  });

  it('counts each parameter that goes', () => {
    const before = counts()['url-parameter'] ?? 0;
    url('/a%20b?password=abc&sig=qs7DENatAvAcSOq6ke0j&c=1');
    expect(counts()['url-parameter']).toBe(before + 2);
  });
});
