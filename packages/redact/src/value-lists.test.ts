import { describe, expect, it } from 'vitest';
import { createRedactor } from './redactor.ts';

const redactor = createRedactor({ maxEntries: 100 });
const M = '[REDACTED]';

describe('arrays, maps and sets in Redactor.value', () => {
  it('does not loop over what a sparse array leaves out', () => {
    const sparse: unknown[] = ['a'];
    sparse.length = 4_294_967_295;
    const copy = redactor.value({ sparse }) as { sparse: unknown[] };
    expect(copy.sparse).toHaveLength(100);
    expect(copy.sparse.at(-1)).toBe('[truncated: 4294967196 more]');
  });

  it('censors pairs in a long list whose later items are none', () => {
    const pairs = Array.from({ length: 300 }, (_, index) => ['password', `x${index}`] as unknown[]);
    pairs[280] = ['lone'];
    expect(createRedactor().value(pairs)).toEqual(
      pairs.map((pair) => (pair.length === 2 ? ['password', M] : pair)),
    );
  });

  it('says how many entries of a map, of either kind, it leaves out', () => {
    const named = new Map(Array.from({ length: 150 }, (_, index) => [`k${index}`, index]));
    expect(redactor.value(named)).toMatchObject({ k99: 99, '[truncated]': '50 more' });
    const numbered = new Map(Array.from({ length: 150 }, (_, index) => [index, index]));
    expect((redactor.value(numbered) as unknown[]).at(-1)).toBe('[truncated: 50 more]');
    const many = new Set(Array.from({ length: 150 }, (_, index) => index));
    expect((redactor.value(many) as unknown[]).at(-1)).toBe('[truncated: 50 more]');
  });

  it('runs no method and no getter that a subclass put in the place of the engine’s', () => {
    class Hostile extends Map<string, string> {
      override get size(): number {
        throw new Error('size');
      }
      override entries(): never {
        throw new Error('entries');
      }
      override forEach(): never {
        throw new Error('forEach');
      }
    }
    const bytes = new Uint8Array(2);
    const refuse = {
      get: () => {
        throw new Error('getter');
      },
    };
    Object.defineProperty(bytes, 'byteLength', refuse);
    Object.defineProperty(bytes, Symbol.toStringTag, refuse);
    expect(redactor.value({ map: new Hostile([['token', 'x']]), bytes })).toEqual({
      map: { token: M },
      bytes: '[Uint8Array: 2 bytes]',
    });
  });
});
