import { createRedactor } from '@sightline/redact';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createActiveRequests } from './request-method.ts';
import { createTargetCensor } from './safe-target.ts';
import { ServerRequest } from './server-request.ts';

function requestOf(target: string, headers: IncomingHttpHeaders): ServerRequest {
  const censorTarget = createTargetCensor(createRedactor());
  const facts = { censorTarget, trustForwarded: true, clientAddress: false };
  const cell = createActiveRequests().cell('GET');
  return new ServerRequest(facts, cell, 0, 0, 'GET', target, headers, undefined, undefined);
}

describe('ServerRequest', () => {
  it('has the secrets of its path censored by its own route when its kind has none, past the bound of kinds', () => {
    const request = requestOf('/reset/a1b2', {});
    expect(request.safeTarget).toBe('/reset/a1b2');
    request.route = '/reset/:token';
    request.kind = { ...request.kind, route: '_OTHER' };
    expect(request.safeTarget).toBe('/reset/REDACTED');
  });

  it.each([
    { said: 'https', scheme: 'https' },
    { said: 'WSS', scheme: 'https' },
    { said: 'ws', scheme: 'http' },
    { said: 'gopher', scheme: 'http' },
  ])('is by $scheme when a proxy says $said', ({ said, scheme }) => {
    expect(requestOf('/', { 'x-forwarded-proto': said }).scheme).toBe(scheme);
  });
});
