import { parseOptions } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { createEndpoint } from './endpoint.ts';
import { type LokiOptions, lokiOptionsSchema } from './options.ts';

const endpoint = (options: LokiOptions) => createEndpoint(parseOptions('loki', lokiOptionsSchema, options));

describe('createEndpoint', () => {
  it.each([
    { host: 'http://loki:3100', path: undefined, url: 'http://loki:3100/loki/api/v1/push' },
    { host: 'https://x.io/prefix/', path: undefined, url: 'https://x.io/prefix/loki/api/v1/push' },
    { host: 'https://x.io/prefix', path: undefined, url: 'https://x.io/loki/api/v1/push' },
    { host: 'https://x.io/a/b', path: '/insert/loki?team=1', url: 'https://x.io/insert/loki?team=1' },
    { host: 'https://me:pw@x.io', path: undefined, url: 'https://x.io/loki/api/v1/push' },
  ])('resolves $host and $path to $url, as pino-loki does', ({ host, path, url }) => {
    const resolved = endpoint(path === undefined ? { host } : { host, endpoint: path });
    expect(resolved.url.href).toBe(url);
    expect(url).toContain(resolved.label);
  });

  it('takes basicAuth before what is in the URL, and decodes the latter', () => {
    const header = (options: LokiOptions): string => {
      const value = String(endpoint(options).headers['authorization']);
      return atob(value.replace('Basic ', ''));
    };
    expect(header({ host: 'http://me:p%40ss@x.io' })).toBe('me:p@ss');
    expect(header({ host: 'http://me:100%@x.io' })).toBe('me:100%');
    const basicAuth = { username: 'you', password: 'secret' };
    expect(header({ host: 'http://me:pw@x.io', basicAuth })).toBe('you:secret');
  });

  it("shows no secret of its own, nobody else's in a URL, and no more than a line", () => {
    const { clean } = endpoint({
      host: 'http://me:p%40ssword@x.io',
      headers: { Authorization: 'Bearer abcdef', 'X-Scope-OrgID': 'tenant' },
    });
    const text = `p%40ssword p@ssword abcdef ${btoa('me:p@ssword')}\n\u001b[31m http://a:b@c/d tenant`;
    expect(clean(text)).toBe('[secret] [secret] [secret] [secret] [31m http://c/d tenant');
    expect(clean('x'.repeat(10_000)).length).toBeLessThan(700);
  });
});
