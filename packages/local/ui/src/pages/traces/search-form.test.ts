import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyForm, readSearch, withDurations, writeSearch } from './search-form.ts';

describe('writeSearch', () => {
  it('asks for everything without conditions', () => expect(writeSearch(emptyForm)).toBe('{ }'));

  it('writes each condition that there is', () => {
    expect(
      writeSearch({
        service: 'orders',
        operation: 'POST /orders',
        minDuration: '100ms',
        status: 'error',
        attribute: 'http.response.status_code',
        value: '502',
      }),
    ).toBe(
      '{ resource.service.name = "orders" && name = "POST /orders" && duration >= 100ms && status = error && .http.response.status_code = 502 }',
    );
  });

  it('leaves out a duration that is none yet, and an attribute without a value', () => {
    expect(writeSearch({ ...emptyForm, minDuration: '100', attribute: 'span.x' })).toBe('{ }');
  });

  it('is read back as the same query, whatever is written into the form', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const form = fc.record({
      service: text,
      operation: text,
      minDuration: fc.constantFrom('', '5ms', '1.5s', 'x'),
      status: fc.constantFrom('' as const, 'error' as const, 'ok' as const, 'unset' as const),
      attribute: fc.oneof(
        fc.constantFrom('', 'span.http.route', 'resource.host.name'),
        text.map((key) => `my ${key}`),
      ),
      value: fc.oneof(text, fc.constantFrom('12', 'true', '"12"', '"')),
    });
    fc.assert(
      fc.property(form, (given) => {
        const query = writeSearch(given);
        const read = readSearch(query);
        expect(read).toBeDefined();
        expect(writeSearch(read ?? emptyForm)).toBe(query);
      }),
    );
  });
});

describe('readSearch', () => {
  it.each(['', '{}', '{ }'])('takes %j as everything', (query) => {
    expect(readSearch(query)).toEqual(emptyForm);
  });

  it('keeps a number that is a text apart from one that is none', () => {
    expect(readSearch('{ .code = "12" }')).toMatchObject({ attribute: '.code', value: '"12"' });
    expect(readSearch('{ .code = 12 }')).toMatchObject({ attribute: '.code', value: '12' });
  });

  it.each([
    '{ status = error } | count() > 2',
    '{ name = "a" || name = "b" }',
    '{ name = "a" && name = "b" }',
    '{ name =~ "a.*" }',
    '{ duration < 5ms }',
    '{ status = error && }',
    '{ a } >> { b }',
    'status',
  ])('says that the form cannot say %s', (query) => expect(readSearch(query)).toBeUndefined());
});

describe('withDurations', () => {
  it.each([
    ['', '{ traceDuration >= 10ms && traceDuration <= 20.5ms }'],
    ['{ status = error }', '{ status = error && traceDuration >= 10ms && traceDuration <= 20.5ms }'],
    [
      '{ traceDuration >= 1ms && traceDuration <= 2s && name = "x" }',
      '{ name = "x" && traceDuration >= 10ms && traceDuration <= 20.5ms }',
    ],
    ['{ a.b = 1 } >> { }', '{ a.b = 1 } >> { } && { traceDuration >= 10ms && traceDuration <= 20.5ms }'],
  ])('narrows %j', (query, expected) => {
    expect(withDurations(query, 10, 20.5)).toBe(expected);
  });
});

describe('readSearch', () => {
  it.each([
    '{ duration > 5ms }',
    '{ duration >= 5ms && duration >= 6ms }',
    '{ span.a >= 5 }',
    '{ resource.service.name = shop }',
    '{ resource.service.name = "a" && resource.service.name = "b" }',
    '{ name = a }',
    '{ name = "a" && name = "b" }',
    '{ status = odd }',
    '{ status = error && status = ok }',
    '{ kind = server }',
    '{ span.a = 1 && span.b = 2 }',
    '{ name = "a" && }',
    '{ name }',
    'name = "a"',
    '{ } | rate()',
  ])('cannot say %s in a form', (query) => expect(readSearch(query)).toBeUndefined());

  it.each([
    ['', emptyForm],
    ['{}', emptyForm],
    ['{ .a = "1" }', { ...emptyForm, attribute: '.a', value: '"1"' }],
    ['{ span.a = "x" }', { ...emptyForm, attribute: 'span.a', value: 'x' }],
  ])('reads %s', (query, expected) => expect(readSearch(query)).toEqual(expected));

  it('takes no duration below nothing', () => {
    expect(withDurations('', -5, 10)).toBe('{ traceDuration >= 0ms && traceDuration <= 10ms }');
  });
});
