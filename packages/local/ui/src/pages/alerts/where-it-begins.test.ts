import { describe, expect, it } from 'vitest';
import { whereItBegins } from './where-it-begins.ts';

const calls = [
  { client: 'user', server: 'storefront' },
  { client: 'storefront', server: 'orders' },
  { client: 'orders', server: 'payments' },
  { client: 'orders', server: 'sqlite' },
];

describe('whereItBegins', () => {
  it('is the end of a chain of services with alerts, with those that call it, the nearest first', () => {
    expect(whereItBegins(['storefront', 'orders', 'payments', 'worker'], calls)).toEqual([
      { service: 'payments', callers: ['orders', 'storefront'] },
    ]);
  });

  it('is nowhere when the services with alerts do not call each other', () => {
    expect(whereItBegins(['storefront', 'payments', 'worker'], calls)).toEqual([]);
  });

  it('is nowhere when they call each other in a circle', () => {
    const circle = [
      { client: 'a', server: 'b' },
      { client: 'b', server: 'a' },
    ];
    expect(whereItBegins(['a', 'b'], circle)).toEqual([]);
  });
});
