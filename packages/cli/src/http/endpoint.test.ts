import { describe, expect, it } from 'vitest';
import { endpoint } from './endpoint.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('endpoint', () => {
  it.each([
    ['http://host:3100/', { url: 'http://host:3100', headers: {} }],
    [
      'https://u:p%40@host/loki/?a#b',
      { url: 'https://host/loki', headers: { authorization: basic('u:p@') } },
    ],
    ['https://:p@host', { url: 'https://host', headers: { authorization: basic(':p') } }],
  ])('of %s takes the credentials out', (url, expected) => {
    expect(endpoint(url)).toEqual(expected);
  });

  it('brings a token rather than what the address has', () => {
    expect(endpoint('https://u:p@host', 't')).toEqual({
      url: 'https://host',
      headers: { authorization: 'Bearer t' },
    });
  });
});
