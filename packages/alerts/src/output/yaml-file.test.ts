import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { yamlFile } from './yaml-file.ts';

describe('yamlFile', () => {
  it('has no end of a line but line feeds, whatever the names in it hold, and reads back the same', () => {
    const content = {
      'a\u2028b': ['c\u2029d', 'e\u0085f', '- x', '# y', 'g\nh', `${'long '.repeat(40)}\u2028`],
    };
    const text = yamlFile('A file.', content);
    expect(text).not.toMatch(/[\u0085\u2028\u2029]/);
    expect(parse(text)).toEqual(content);
  });
});
