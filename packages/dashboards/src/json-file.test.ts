import { describe, expect, it } from 'vitest';
import { jsonFile } from './json-file.ts';

describe('jsonFile', () => {
  it('writes lists of texts and numbers on one line, and lists of objects on several', () => {
    expect(
      jsonFile({ tags: ['a', 'b'], steps: [{ value: null }], none: [], empty: {}, left: undefined }),
    ).toBe(
      [
        '{',
        '  "tags": ["a", "b"],',
        '  "steps": [',
        '    {',
        '      "value": null',
        '    }',
        '  ],',
        '  "none": [],',
        '  "empty": {}',
        '}',
        '',
      ].join('\n'),
    );
  });

  it('breaks a list that does not fit into 110 characters', () => {
    const long = 'x'.repeat(60);
    expect(jsonFile({ list: [long, long] })).toBe(`{\n  "list": [\n    "${long}",\n    "${long}"\n  ]\n}\n`);
  });

  it('says the same as JSON.stringify', () => {
    const value = { a: [1, [2, [3]], { b: 'ü "q"' }], c: null, d: true };
    expect(JSON.parse(jsonFile(value))).toEqual(value);
  });
});
