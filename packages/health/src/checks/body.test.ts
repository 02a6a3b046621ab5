import { describe, expect, it } from 'vitest';
import { readBody } from './body.ts';

describe('readBody', () => {
  it.each<readonly [string | null, string, boolean]>([
    [null, '', true],
    ['', '', true],
    ['grün', 'grün', true],
    ['0123456789abc', '0123456789', false],
  ])('reads of %j at most 10 bytes: %j, whole: %s', async (body, text, isWhole) => {
    expect(await readBody(new Response(body).body ?? [], 10)).toEqual({ text, isWhole });
  });
});
