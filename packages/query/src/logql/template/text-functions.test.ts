import { describe, expect, it } from 'vitest';
import { textFunctions } from './text-functions.ts';

describe('textFunctions', () => {
  it.each([
    ['regexReplaceAll', ['', 'a'.repeat(1000), 'b'.repeat(2000)], 'result is too long'],
    ['repeat', [1_000_001n, 'a'], 'strings: Repeat output length overflow'],
    ['alignLeft', [2_000_000n, 'a'], 'strings: Repeat output length overflow'],
  ] as const)('%s makes no text that would take too much room', (name, values, message) => {
    expect(() => textFunctions[name]?.call(...values)).toThrow(message);
  });
});
