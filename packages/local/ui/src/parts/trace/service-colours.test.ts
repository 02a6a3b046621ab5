import { describe, expect, it } from 'vitest';
import { serviceColours } from './service-colours.ts';

describe('serviceColours', () => {
  it('gives as many services as there are colours one each', () => {
    const services = ['storefront', 'orders', 'payments', 'a', 'b', 'c', 'd', 'e'];
    expect(new Set(serviceColours(services).values()).size).toBe(8);
  });

  it('does not depend on the order, nor on who else is there while nobody clashes', () => {
    const one = serviceColours(['orders', 'payments']);
    expect(serviceColours(['payments', 'orders', 'orders'])).toEqual(one);
    expect(serviceColours(['payments']).size).toBe(1);
  });

  it('goes on with nine', () => {
    expect(serviceColours(Array.from({ length: 9 }, (_, index) => `s${index}`)).size).toBe(9);
  });
});
