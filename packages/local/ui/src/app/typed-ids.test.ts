import { describe, expect, it } from 'vitest';
import { typedIds } from './typed-ids.ts';

const ID = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('typedIds', () => {
  it.each([
    [` ${ID.toUpperCase()} `, [`trace ${ID}`]],
    [`00-${ID}-00f067aa0ba902b7-01`, [`trace ${ID}`]],
    [ID.slice(1), [`trace ${ID.slice(1)}`, `request ${ID.slice(1)}`]],
    ['00f067aa0ba902b7', ['request 00f067aa0ba902b7', 'trace 00f067aa0ba902b7']],
    ['6F9619FF-8B86-D011-B42D-00C04FC964FF', ['request 6F9619FF-8B86-D011-B42D-00C04FC964FF']],
    ['order-12345678', ['request order-12345678']],
    ['payments', []],
    ['timeout after', []],
    ['abc12', []],
  ])('of %j', (text, expected) => {
    expect(typedIds(text).map(({ kind, id }) => `${kind} ${id}`)).toEqual(expected);
  });
});
