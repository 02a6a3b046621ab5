import { describe, expect, it } from 'vitest';
import { xxHash64 } from './xx-hash.ts';

describe('xxHash64', () => {
  it.each([
    ['', 0xef46_db37_51d8_e999n],
    ['abc', 0x44bc_2cf5_ad77_0999n],
    ['The quick brown fox jumps over the lazy dog', 0x0b24_2d36_1fda_71bcn],
  ])('of %j is the published one', (text, hash) => {
    expect(xxHash64(new TextEncoder().encode(text))).toBe(hash);
  });
});
