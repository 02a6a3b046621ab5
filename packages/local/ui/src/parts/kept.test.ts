import { describe, expect, it } from 'vitest';
import { kept } from './kept.ts';

describe('kept', () => {
  const Row = kept(function Row({ name }: { readonly name: string }) {
    return name;
  });
  const made = new (Row as unknown as new (props: object) => {
    shouldComponentUpdate(next: object): boolean;
    render(): { readonly props: object };
  })({ name: 'a', size: 1 });

  it.each([
    [{ name: 'a', size: 1 }, false],
    [{ name: 'b', size: 1 }, true],
    [{ name: 'a' }, true],
    [{ name: 'a', size: 1, more: 2 }, true],
  ])('is drawn anew for %j: %j', (next, expected) => {
    expect(made.shouldComponentUpdate(next)).toBe(expected);
  });

  it('draws what it keeps, and is named after it', () => {
    expect(made.render()).toMatchObject({ props: { name: 'a', size: 1 } });
    expect(Row.displayName).toBe('kept Row');
  });
});
