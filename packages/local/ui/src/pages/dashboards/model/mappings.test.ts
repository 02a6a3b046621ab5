import { describe, expect, it } from 'vitest';
import { mapValue, mappedTexts } from './mappings.ts';

const result = { text: 'Fine', color: 'green', index: 2 };
const special = (match: string): unknown => [{ type: 'special', options: { match, result } }];
const range = (options: object): unknown => [{ type: 'range', options: { ...options, result } }];

describe('mapValue', () => {
  it.each([
    [special('null'), null, true],
    [special('null'), 0, false],
    [special('nan'), Number.NaN, true],
    [special('nan'), undefined, false],
    [special('null+nan'), undefined, true],
    [special('null+nan'), Number.NaN, true],
    [special('null+nan'), 1, false],
    [special('true'), true, true],
    [special('false'), 'false', true],
    [special('empty'), '', true],
    [special('empty'), null, false],
    [special('odd'), 1, false],
    [range({ from: 1, to: 2 }), 2, true],
    [range({ from: 1, to: 2 }), 3, false],
    [range({ from: 1 }), 900, true],
    [range({ to: 1 }), -900, true],
    [range({}), 'text', false],
    [[{ type: 'value', options: { up: result } }], 'up', true],
    [[{ type: 'value', options: { up: result } }], 'down', false],
    [[{ type: 'value', options: { up: result } }], null, false],
    [[{ type: 'regex', options: { pattern: '^u', result } }], null, false],
    [[{ type: 'regex', options: { pattern: '(', result } }], 'up', false],
    [[{ type: 'regex', options: { pattern: '^u', result } }], 'down', false],
    [[{ type: 'odd' }, { type: 'value', options: { up: result } }], 'up', true],
    ['no list', 'up', false],
  ])('by %j of %j: %j', (mappings, value, fits) => {
    expect(mapValue(mappings, value)).toEqual(fits ? { text: 'Fine', colour: 'green', index: 2 } : undefined);
  });

  it('puts what an expression captures into its text, and gives a colour alone', () => {
    const of = (own: object): unknown => [{ type: 'regex', options: { pattern: '(\\d+)ms', result: own } }];
    expect(mapValue(of({ text: '$1 milliseconds' }), '40ms')).toEqual({ text: '40 milliseconds', index: 0 });
    expect(mapValue(of({ color: 'red' }), '40ms')).toEqual({ colour: 'red', index: 0 });
  });
});

describe('mappedTexts', () => {
  it('lists the texts of all mappings, in the order of their places', () => {
    const mappings = [
      { type: 'value', options: { a: { text: 'A', index: 3 }, b: { color: 'red' } } },
      { type: 'range', options: { result: { text: 'B', index: 1 } } },
    ];
    expect(mappedTexts(mappings).map(({ text }) => text)).toEqual(['B', 'A']);
  });
});
