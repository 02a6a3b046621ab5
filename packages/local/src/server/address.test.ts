import { describe, expect, it } from 'vitest';
import { addressOf, withoutCredentials } from './address.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('addressOf', () => {
  it.each([
    ['http://host', { url: 'http://host', headers: {} }],
    ['https://u:p@host:1/x?y=z', { url: 'https://host:1/x?y=z', headers: { authorization: basic('u:p') } }],
    ['http://u@host', { url: 'http://host/', headers: { authorization: basic('u:') } }],
    ['http://:p@host', { url: 'http://host/', headers: { authorization: basic(':p') } }],
    ['http://u:a%40b%zz@host', { url: 'http://host/', headers: { authorization: basic('u:a%40b%zz') } }],
    ['http://u:a%40b@host', { url: 'http://host/', headers: { authorization: basic('u:a@b') } }],
    ['ftp://host', undefined],
    ['host:1', undefined],
    ['hooks.example/secret', undefined],
    ['', undefined],
  ])('of %s', (text, address) => {
    expect(addressOf(text)).toEqual(address);
  });
});

describe('withoutCredentials', () => {
  it.each([
    ['see https://u:p@host/x and http://host/a@b', 'see https://<secret>@host/x and http://host/a@b'],
    [`//${'/'.repeat(300_000)}`, `//${'/'.repeat(300_000)}`],
  ])('of %s', (text, shown) => {
    expect(withoutCredentials(text)).toBe(shown);
  });
});
