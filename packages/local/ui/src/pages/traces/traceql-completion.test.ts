import { describe, expect, it } from 'vitest';
import {
  acceptOption,
  attributeOptions,
  completionAt,
  matchingOptions,
  valueOption,
} from './traceql-completion.ts';

/** The cursor is at `|`. */
function at(marked: string) {
  const cursor = marked.indexOf('|');
  return completionAt(marked.replace('|', ''), cursor);
}

describe('completionAt', () => {
  it.each([
    ['{|', { kind: 'attribute', typed: '' }],
    ['{ span.ht| }', { kind: 'attribute', typed: 'span.ht' }],
    ['{ span.ht|tp.route }', { kind: 'attribute', typed: 'span.ht', from: 2, to: 17 }],
    ['{ name |', { kind: 'operator', typed: '' }],
    ['{ name =|', { kind: 'value', attribute: 'name', typed: '' }],
    ['{ name = "GE| }', { kind: 'value', attribute: 'name', typed: '"GE' }],
    ['{ resource.service.name="or|', { kind: 'value', attribute: 'resource.service.name', typed: '"or' }],
    ['{ status = err|', { kind: 'value', attribute: 'status', typed: 'err' }],
    ['{ status = error |', { kind: 'joint', typed: '' }],
    ['{ name = "a" |', { kind: 'joint', typed: '' }],
    ['{ name = "a" && |', { kind: 'attribute', typed: '' }],
    ['{ span."odd key" = |', { kind: 'value', attribute: 'span."odd key"' }],
  ])('at %s', (marked, expected) => expect(at(marked)).toMatchObject(expected));

  it.each(['|', '{ name = "a" }|', 'x|'])('has nothing to say at %s', (marked) => {
    expect(at(marked)).toBeUndefined();
  });

  it('goes on in the middle of a text to its end', () => {
    expect(at('{ name = "GE|T /" }')).toMatchObject({ from: 9, to: 16 });
  });
});

describe('matchingOptions', () => {
  const options = attributeOptions([
    { name: 'span', tags: ['http.route', 'odd key'] },
    { name: 'resource', tags: ['service.name'] },
    { name: 'intrinsic', tags: ['name', 'trace:id'] },
    { name: 'event', tags: ['exception.type'] },
  ]).map((option) => option);

  it('finds by the beginning, by the name without its scope, then by any part', () => {
    expect(matchingOptions(options, 'na', 9).map(({ text }) => text)).toEqual(
      ['name', 'rootName', 'resource.service.name', 'rootServiceName'].toSorted(
        (one, other) =>
          Number(!one.startsWith('na')) - Number(!other.startsWith('na')) ||
          options.findIndex(({ text }) => text === one) - options.findIndex(({ text }) => text === other),
      ),
    );
    expect(matchingOptions(options, 'http', 9)[0]?.text).toBe('span.http.route');
  });

  it('has every name once, those with odd letters in quotes', () => {
    const names = options.map(({ text }) => text);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('span."odd key"');
    expect(names).toContain('event.exception.type');
  });
});

describe('valueOption', () => {
  it('puts texts in quotes, and words of the language not', () => {
    expect(valueOption({ type: 'string', value: 'a"b' }).text).toBe(String.raw`"a\"b"`);
    expect(valueOption({ type: 'keyword', value: 'error' }).text).toBe('error');
  });
});

describe('acceptOption', () => {
  it('puts it in the place of what was typed, and the cursor behind', () => {
    const query = '{ na }';
    expect(acceptOption(query, { from: 2, to: 4 }, { text: 'name', about: '' })).toEqual({
      query: '{ name }',
      cursor: 7,
    });
  });
});
