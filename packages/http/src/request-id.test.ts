import { describe, expect, it } from 'vitest';
import { createIdSource } from './request-id.ts';

describe('createIdSource', () => {
  it('makes ids of 16 hexadecimal digits that do not repeat, past the end of its pool as well', () => {
    const next = createIdSource();
    const ids = Array.from({ length: 2000 }, () => next());
    expect(new Set(ids).size).toBe(2000);
    expect(ids.every((id) => /^[0-9a-f]{16}$/.test(id))).toBe(true);
  });
});
