import { describe, expect, it } from 'vitest';
import { ownLabel, setLabel } from './labels.ts';

describe('ownLabel', () => {
  it.each(['constructor', 'toString', '__proto__'])(
    'is the value of %s where it was set, and "" where it is only what every object has',
    (name) => {
      const labels: Record<string, string> = {};
      expect(ownLabel(labels, name)).toBe('');
      setLabel(labels, name, 'ferrari');
      expect(ownLabel(labels, name)).toBe('ferrari');
      expect(Object.entries(labels)).toEqual([[name, 'ferrari']]);
    },
  );
});
