import { createRedactor } from '@sightline/redact';
import { describe, expect, it } from 'vitest';
import { createTargetCensor } from './safe-target.ts';

describe('createTargetCensor', () => {
  const censor = createTargetCensor(createRedactor());

  it.each([
    { route: '/reset/:token', target: '/reset/a1b2', safe: '/reset/REDACTED' },
    { route: '/user/:password/x', target: '/user/hunter2/x?a=1', safe: '/user/REDACTED/x?a=1' },
    { route: '/a/:id/:apiKey', target: '/a/7/k1/', safe: '/a/7/REDACTED/' },
    { route: '/files/*rest/by/:token', target: '/files/a/b/c/by/k1', safe: '/files/a/b/c/by/REDACTED' },
    { route: '/:id-:secret', target: '/7-s3cr3t', safe: '/REDACTED' },
    { route: '/reset/:token', target: 'http://shop.example/reset/a1b2?a=1', safe: '/reset/REDACTED?a=1' },
    // Of a mount, as middleware below it has answered.
    { route: '/reset/:token', target: '/reset/a1b2/and/more', safe: '/reset/REDACTED/and/REDACTED' },
    // The app has taken something off the path before it was routed.
    { route: '/reset/:token', target: '/en/Reset/a1b2', safe: '/en/Reset/REDACTED' },
    { route: '/:token/view', target: '/v1/a1b2/view', safe: '/REDACTED/REDACTED/view' },
    // Fastify's `ignoreDuplicateSlashes`.
    { route: '/reset/:token', target: '//reset//a1b2/', safe: '//reset//REDACTED/' },
    { route: '/a/:x?/:token', target: '/a/a1b2', safe: '/a/REDACTED' },
    { route: '/a/:x?/:token', target: '/a/a1b2/below', safe: '/a/REDACTED/REDACTED' },
    { route: '/a{/:x}/:token', target: '/a/a1b2/below/it', safe: '/a/REDACTED/REDACTED/REDACTED' },
    { route: '/:lang?/reset/:token', target: '/en/reset/a1b2/below', safe: '/en/reset/REDACTED/REDACTED' },
    { route: String.raw`/a/:id(\d+)/:token`, target: '/a/7/a1b2', safe: '/a/7/REDACTED' },
    {
      route: String.raw`/a/:id(\d+)/:token`,
      target: '/a/7/a1b2/below/it',
      safe: '/a/7/REDACTED/below/REDACTED',
    },
    // Of Fastify, and of Hono.
    { route: String.raw`/a/:id(^\d+$)/:token`, target: '/a/7/a1b2', safe: '/a/7/REDACTED' },
    { route: '/a/:id{[0-9]+}/:token', target: '/a/7/a1b2', safe: '/a/7/REDACTED' },
    { route: '/a{/:x/:y}/:token', target: '/a/a1b2/below', safe: '/a/REDACTED/REDACTED' },
    { route: '{/x}/:token', target: '/x/a1b2/below', safe: '/x/REDACTED/REDACTED' },
    {
      route: '/:lang?/größe/:token',
      target: '/gr%C3%B6%C3%9Fe/a1b2/below',
      safe: '/gr%C3%B6%C3%9Fe/REDACTED/REDACTED',
    },
    { route: '/user/:id/:token?', target: '/en/user/7/a1b2', safe: '/en/user/REDACTED/REDACTED' },
    { route: '/a/:token+', target: '/a/a1/b2', safe: '/a/REDACTED/REDACTED' },
    { route: '/reset/:token/*', target: '/en/reset/a1b2/c/d', safe: '/en/reset/REDACTED/c/d' },
  ])('hides what stands under a secret name: $route', ({ route, target, safe }) => {
    expect(censor(target, route)).toBe(safe);
  });

  it.each([
    { route: '/api/:tenant/orders/:id', target: '/api/7/orders/12?page=2' },
    { route: undefined, target: '/reset/a1b2' },
    { route: '/^\\/reset\\/(.+)$/', target: '/reset/a1b2' },
    { route: '/', target: '*' },
    { route: '/reset/:token?', target: '/reset' },
    { route: '/reset{/:token}', target: '/reset' },
    { route: '/reset/:token?', target: '/reset/?page=2' },
    { route: '/user/:id/:token?', target: '/user/7' },
  ])('leaves $target of $route as it is', ({ route, target }) => {
    expect(censor(target, route)).toBe(target);
  });

  it('hides what shows itself as well', () => {
    expect(censor('/reset/a1b2?access_token=abcdef1234', '/reset/:token')).toBe(
      '/reset/REDACTED?access_token=REDACTED',
    );
  });

  it('keeps targets of one length apart, whichever came before', () => {
    const targets = [
      '/a?page=1234567890',
      '/a?page=0987654321',
      '/a?token=abcdef1234',
      '/a?token=fedcba4321',
    ];
    for (const target of [...targets, ...targets.toReversed(), ...targets]) {
      const safe = target.replace(/(token=).*/, '$1REDACTED');
      expect(censor(target, undefined)).toBe(safe);
      expect(censor(target, '/:token')).toBe(safe.replace('/a', '/REDACTED'));
    }
  });

  it('uses the marker of the redactor', () => {
    expect(createTargetCensor(createRedactor({ marker: 'XXX' }))('/reset/a1b2', '/reset/:token')).toBe(
      '/reset/XXX',
    );
  });
});
