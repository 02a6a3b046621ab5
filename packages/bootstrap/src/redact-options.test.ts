import { describe, expect, it } from 'vitest';
import { mergedRedactOptions } from './redact-options.ts';

describe('mergedRedactOptions', () => {
  it('adds the lists of all up, and has the rest from the options', () => {
    const rule = { name: 'badge', find: /B-\d{6}/g } as never;
    expect(
      mergedRedactOptions({ keys: ['seat'], marker: '[GONE]' }, [
        { name: 'a', redact: { keys: ['badge'], allowKeys: ['token_count'] } },
        { name: 'b' },
        { name: 'c', redact: { rules: [rule] } },
      ]),
    ).toEqual({ keys: ['seat', 'badge'], allowKeys: ['token_count'], rules: [rule], marker: '[GONE]' });
  });

  it('is nothing but empty lists where nobody asks for anything', () => {
    expect(mergedRedactOptions(undefined, [])).toEqual({ keys: [], allowKeys: [], rules: [] });
  });
});
