import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { allFields, flattenJson, isAskable, levelOf, readLine, streamOf } from './line-fields.ts';

const labels = { service_name: 'shop', level: 'info' };
const streamLabels = new Set(['service_name', 'level']);
const line = (text: string, more: Readonly<Record<string, string>> = {}): LogLine => ({
  timeNs: '1',
  line: text,
  labels: { ...labels, ...more },
});

describe('levelOf', () => {
  it.each([
    ['ERROR', 'error'],
    ['warning', 'warn'],
    [30, 'info'],
    ['60', 'fatal'],
    [10, 'trace'],
    ['odd', 'unknown'],
    ['constructor', 'unknown'],
    [undefined, 'unknown'],
  ])('takes %j for %s', (value, expected) => {
    expect(levelOf(value)).toBe(expected);
  });
});

describe('flattenJson', () => {
  it('names values as `json` of LogQL does', () => {
    expect(
      flattenJson({ err: { 'type-of': 'E', cause: { code: 1 } }, list: [1], none: null, '2nd': true }),
    ).toEqual([
      ['err_type_of', 'E'],
      ['err_cause_code', '1'],
      ['list', '[1]'],
      ['_2nd', 'true'],
    ]);
  });

  it('is done with an object of any width and depth', () => {
    let deep: Record<string, unknown> = {};
    for (let index = 0; index < 1000; index++) deep = { deep, index };
    expect(flattenJson(deep).length).toBeLessThan(20);
    expect(
      flattenJson(Object.fromEntries(Array.from({ length: 5000 }, (_, key) => [`k${key}`, key]))),
    ).toHaveLength(200);
  });
});

describe('allFields', () => {
  it('tells where each comes from, and has each once', () => {
    const fields = allFields(
      line('{"level":"info","service":"shop","msg":"hi","user":{"id":7}}', { trace_id: 'ab' }),
      streamLabels,
    );
    expect(fields).toEqual([
      { name: 'level', value: 'info', kind: 'label' },
      { name: 'service_name', value: 'shop', kind: 'label' },
      { name: 'msg', value: 'hi', kind: 'json' },
      { name: 'service', value: 'shop', kind: 'json' },
      { name: 'trace_id', value: 'ab', kind: 'field' },
      { name: 'user_id', value: '7', kind: 'json' },
    ]);
  });

  it('calls what has the name of a label and says something else as Loki does', () => {
    expect(allFields(line('{"level":"warn"}'), streamLabels).at(-1)).toEqual({
      name: 'level_extracted',
      value: 'warn',
      kind: 'json',
    });
  });

  it('calls a key by its name that every object has, too', () => {
    expect(allFields(line('{"constructor":"Foo","toString":1}'), streamLabels).slice(2)).toEqual([
      { name: 'constructor', value: 'Foo', kind: 'json' },
      { name: 'toString', value: '1', kind: 'json' },
    ]);
  });

  it('reads logfmt', () => {
    expect(allFields(line('ts=1 caller=a.go:1 msg="two words" n=3'), streamLabels).slice(2)).toEqual([
      { name: 'caller', value: 'a.go:1', kind: 'logfmt' },
      { name: 'msg', value: 'two words', kind: 'logfmt' },
      { name: 'n', value: '3', kind: 'logfmt' },
      { name: 'ts', value: '1', kind: 'logfmt' },
    ]);
  });
});

describe('readLine', () => {
  it('finds level, service, message and trace of a line of JSON', () => {
    expect(
      readLine(
        line('{"msg":"charge failed","err":{"message":"timeout"},"n":1,"pid":3}', {
          level: 'error',
          trace_id: 'ab',
        }),
      ),
    ).toMatchObject({
      level: 'error',
      service: 'shop',
      message: 'charge failed',
      traceId: 'ab',
      fields: [
        { name: 'err_message', value: 'timeout' },
        { name: 'n', value: '1' },
      ],
    });
  });

  it.each(['[1,2]', '{"half":', 'null', '{}', ''])('shows %j as it is', (text) => {
    expect(readLine(line(text)).message).toBe(text);
  });
});

describe('streamOf', () => {
  it('has no metadata', () => {
    expect(streamOf(line('x', { trace_id: 'ab' }), streamLabels)).toEqual(labels);
  });
});

describe('isAskable', () => {
  it('is false for long values and for names that LogQL does not take', () => {
    expect(isAskable({ name: 'a', value: 'b', kind: 'field' })).toBe(true);
    expect(isAskable({ name: 'a', value: 'b'.repeat(1001), kind: 'field' })).toBe(false);
    expect(isAskable({ name: 'é', value: 'b', kind: 'field' })).toBe(false);
  });
});

describe('lines of other loggers', () => {
  it.each([
    [50, 'error'],
    [40, 'warn'],
    [25, 'debug'],
    [null, 'unknown'],
  ])('takes the level %j for %s', (value, expected) => expect(levelOf(value)).toBe(expected));

  it.each([
    ['{"action":"delete","outcome":"denied"}', 'delete denied'],
    ['{"action":"delete"}', 'delete '],
    ['{"message":"hello"}', 'hello'],
    ['{"event":"started"}', 'started'],
    ['{"a":1', '{"a":1'],
    ['{"msg":5}', '{"msg":5}'],
  ])('says of %s "%s"', (text, message) => expect(readLine(line(text)).message).toBe(message));

  it('leaves out what the query has extracted under the name that it would get', () => {
    const fields = allFields(line('{"level":"odd"}', { level_extracted: 'x' }), streamLabels);
    expect(fields.filter(({ name }) => name === 'level_extracted')).toMatchObject([{ value: 'x' }]);
  });

  it('takes an object apart once', () => {
    const own = line('{"msg":"a","severity":"WARNING","traceId":"ab","spanID":"cd"}', { level: '' });
    expect(readLine(own)).toBe(readLine(own));
    expect(readLine(own)).toMatchObject({ traceId: 'ab', spanId: 'cd' });
  });
});
