import { describe, expect, it } from 'vitest';
import { canvasColour, withAlpha } from './css-colour.ts';

describe('canvasColour', () => {
  const style = {
    getPropertyValue: (name: string) => (name === '--ok' ? ' #00ff00' : ''),
  } as CSSStyleDeclaration;
  it.each([
    ['var(--ok)', '#00ff00'],
    ['var(--none)', '#888888'],
    ['red', 'red'],
  ])('of %s is %s', (colour, expected) => expect(canvasColour(colour, style)).toBe(expected));
});

describe('withAlpha', () => {
  it.each([
    ['#fff', 0.5, '#ffffff80'],
    ['#010203', 0, '#01020300'],
    ['rgb(1, 2, 3)', 0.25, 'rgb(1 2 3 / 0.25)'],
    ['tomato', 0.5, 'tomato'],
  ])('of %s with %d is %s', (colour, ratio, expected) => expect(withAlpha(colour, ratio)).toBe(expected));
});
