import { describe, expect, it } from 'vitest';
import { type AnswererSetup, createAnswerer } from './answerer.ts';

describe('createAnswerer', () => {
  it('knows the paths of each kind, with their aliases', () => {
    const aliases = { '/live': 'livez', '/ready': 'readyz' } as const;
    const answerer = createAnswerer({ aliases } as unknown as AnswererSetup);
    expect(answerer.pathsOf('livez')).toEqual(['/livez', '/live']);
    expect(answerer.pathsOf('readyz')).toEqual(['/readyz', '/ready']);
    expect(answerer.pathsOf('health')).toEqual(['/health']);
    expect(['/live', '/ready/one', '/live/one', '/other'].map(answerer.serves)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
