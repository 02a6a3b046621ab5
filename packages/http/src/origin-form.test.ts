import { describe, expect, it } from 'vitest';
import { originForm } from './origin-form.ts';

describe('originForm', () => {
  it.each([
    { target: '/orders/7?page=2', form: '/orders/7?page=2' },
    { target: 'http://shop.example.com/orders/7?page=2', form: '/orders/7?page=2' },
    { target: 'HTTPS://user:pass@[::1]:8443/orders', form: '/orders' },
    { target: 'http://shop.example.com', form: '/' },
    { target: 'http://shop.example.com?page=2', form: '/?page=2' },
    { target: '//shop.example.com/orders', form: '//shop.example.com/orders' },
    { target: '*', form: '*' },
    { target: 'shop.example.com:443', form: 'shop.example.com:443' },
    { target: '', form: '' },
  ])('of $target is $form', ({ target, form }) => {
    expect(originForm(target)).toBe(form);
  });
});
