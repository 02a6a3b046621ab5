import { describe, expect, it } from 'vitest';
import { coloursByName, gradientColour, mixStops, namedColour } from './colours.ts';

describe('namedColour', () => {
  it.each([
    ['green', 'var(--ok)'],
    ['semi-dark-blue', '#3274d9'],
    ['super-light-red', '#ffa6b0'],
    ['purple', '#b877d9'],
    ['#abc', '#abc'],
    ['rgba(1, 2, 3, 0.5)', 'rgba(1, 2, 3, 0.5)'],
    ['hsl(120deg 50% 50%)', 'hsl(120deg 50% 50%)'],
    ['url(javascript:alert(1))', undefined],
    ['rgb(1,2,3);x', undefined],
  ])('of %s is %j', (name, expected) => expect(namedColour(name)).toBe(expected));
});

describe('mixStops', () => {
  it.each([
    [['#000000', '#ffffff'], 0.5, 'rgb(128 128 128)'],
    [['#000', '#fff', '#f00'], 1, 'rgb(255 0 0)'],
    [['#000', '#fff', '#f00'], 0.25, 'rgb(128 128 128)'],
    [['#000', '#fff'], -3, 'rgb(0 0 0)'],
    [['#102030'], 0.5, 'rgb(16 32 48)'],
  ])('of %j at %d is %s', (stops, ratio, expected) => expect(mixStops(stops, ratio)).toBe(expected));
});

describe('gradientColour', () => {
  it('knows the gradients of Grafana by their names', () => {
    expect(gradientColour('continuous-GrYlRd', 1)).toBe('rgb(242 73 92)');
    expect(gradientColour('odd', 1)).toBeUndefined();
  });
});

describe('coloursByName', () => {
  it('is the same for a name on every panel, and another for each of one panel while there are some', () => {
    const eight = Array.from({ length: 8 }, (_, index) => `name ${index}`);
    expect(coloursByName(['name 1'])[0]).toBe(coloursByName(['name 1', 'other'])[0]);
    expect(new Set(coloursByName(eight)).size).toBe(8);
    expect(coloursByName([...eight, 'a', 'b'])).toHaveLength(10);
  });
});
