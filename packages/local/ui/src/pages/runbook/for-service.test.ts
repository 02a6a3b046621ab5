import { describe, expect, it } from 'vitest';
import { forService } from './for-service.ts';

describe('forService', () => {
  it.each([
    ['rate(a{job="shop", code=~"5.."}[5m])', 'rate(a{job="orders", code=~"5.."}[5m])'],
    [
      '{ resource.service.name = "shop" && status = error }',
      '{ resource.service.name = "orders" && status = error }',
    ],
    ['{service_name="shop"} |= "shop"', '{service_name="orders"} |= "shop"'],
    ['up{otherjob="shop"}', 'up{otherjob="shop"}'],
  ])('makes %s %s', (query, expected) => expect(forService(query, 'orders')).toBe(expected));

  it('quotes a name that has quotes of its own', () => {
    expect(forService('a{job="shop"}', '"} or vector(1) #$&')).toBe(
      String.raw`a{job="\"} or vector(1) #$&"}`,
    );
  });

  it('leaves the example without a service', () =>
    expect(forService('a{job="shop"}', '')).toBe('a{job="shop"}'));
});
