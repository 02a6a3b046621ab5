import { describe, expect, it } from 'vitest';
import { podsOfService } from './foreign.ts';

describe('podsOfService', () => {
  const ofApi = new RegExp(`^(?:${podsOfService.slice(2).replace('$service', 'api|web-shop')})$`);

  it.each([
    'api-6d4b75cb6d-hx7zr',
    'web-shop-7f9d8c5b4-2q6xk',
    'api-x7k2p',
    'api-0',
    'api-12',
    'api-3-vq8zt',
  ])('is the name of a pod of it: %s', (pod) => {
    expect(pod).toMatch(ofApi);
  });

  it.each([
    'api-gateway-6d4b75cb6d-hx7zr',
    'api-gateway-0',
    'api-admin-x7k2p',
    'api-redis',
    'web-6d4b75cb6d-hx7zr',
  ])('is none of another: %s', (pod) => {
    expect(pod).not.toMatch(ofApi);
  });
});
