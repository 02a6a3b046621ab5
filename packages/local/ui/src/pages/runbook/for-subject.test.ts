import { describe, expect, it } from 'vitest';
import { forSubject } from './for-subject.ts';

describe('forSubject', () => {
  it.each([
    ['rate(a{job="shop", code=~"5.."}[5m])', 'rate(a{job="orders", code=~"5.."}[5m])'],
    [
      '{ resource.service.name = "shop" && status = error }',
      '{ resource.service.name = "orders" && status = error }',
    ],
    ['{service_name="shop"} |= "shop"', '{service_name="orders"} |= "shop"'],
    ['up{otherjob="shop"}', 'up{otherjob="shop"}'],
  ])('makes %s %s', (query, expected) =>
    expect(forSubject(query, { service: 'orders', name: '' })).toBe(expected),
  );

  it('quotes a name that has quotes of its own', () => {
    expect(forSubject('a{job="shop"}', { service: '"} or vector(1) #$&', name: '' })).toBe(
      String.raw`a{job="\"} or vector(1) #$&"}`,
    );
  });

  it('leaves the example without a service', () =>
    expect(forSubject('a{job="shop"}', { service: '', name: '' })).toBe('a{job="shop"}'));

  it('takes the name of the breaker, pool or cache for the one of the example', () => {
    expect(
      forSubject('s{job="shop", name="bank"} and t{ name = "bank", xname="bank"}', {
        service: '',
        name: 'payments',
      }),
    ).toBe('s{job="shop", name="payments"} and t{ name = "payments", xname="bank"}');
  });
});
