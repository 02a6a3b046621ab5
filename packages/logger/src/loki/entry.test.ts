import { describe, expect, it } from 'vitest';
import { parseOptions } from '@sightline/errors';
import { createEncoder } from './entry.ts';
import { type LokiOptions, lokiOptionsSchema } from './options.ts';
import { createStreams } from './streams.ts';

const NOW_MS = 1_763_672_452_123;

function encoder(options: Partial<LokiOptions> = {}, now = () => NOW_MS) {
  const resolved = parseOptions('loki', lokiOptionsSchema, { host: 'http://loki', ...options });
  let reports = 0;
  const streams = createStreams(resolved, () => (reports += 1));
  const encode = createEncoder(resolved, streams, now);
  return {
    streams,
    reports: () => reports,
    encode: (line: unknown) => {
      const entry = encode(typeof line === 'string' ? line : JSON.stringify(line));
      const [time, text, metadata] = JSON.parse(entry.valueJson) as [string, string, Record<string, string>?];
      expect(entry.bytes).toBe(Buffer.byteLength(entry.valueJson));
      return { labels: JSON.parse(entry.labelsJson) as Record<string, string>, time, text, metadata };
    },
  };
}

describe('createEncoder', () => {
  it('leaves the line as it is, whatever is in it', () => {
    const line = '{ "level":30, "time":1763672452000,"msg":"a \\"b\\" \\u2028 ü 😀", "a":1, "a":2}';
    expect(encoder().encode(line)).toMatchObject({
      text: line,
      time: '1763672452000000000',
      labels: { level: 'info' },
    });
  });

  it.each(['plain text', '{ broken', '{"level":', '[1]', '"text"', 'null', '😀 \u0000'])(
    'takes %j, which is no line of pino, with the time of now',
    (text) => {
      expect(encoder().encode(text)).toEqual({
        labels: { level: 'info' },
        time: `${NOW_MS}000000`,
        text,
        metadata: undefined,
      });
    },
  );

  it('sends ids as structured metadata, next to what is under the key, as text', () => {
    const { encode } = encoder();
    const ids = { trace_id: 'a', span_id: 'b', trace_flags: '01', request_id: 'c' };
    expect(encode({ ...ids, meta: { n: 1, list: [1], no: null, yes: true } }).metadata).toEqual({
      ...ids,
      n: '1',
      list: '[1]',
      no: 'null',
      yes: 'true',
    });
    expect(encode({ meta: 'text', trace_id: { not: 'an id' } }).metadata).toBeUndefined();
    expect(encoder({ structuredMetaKey: 'own' }).encode({ meta: { a: 1 }, own: { b: 2 } }).metadata).toEqual({
      b: '2',
    });
    expect(encoder({ structuredMetaKey: false }).encode({ ...ids, meta: { a: 1 } }).metadata).toEqual(ids);
  });

  it('bounds structured metadata to what Loki takes', () => {
    const meta = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key${n}`, n]));
    const { metadata } = encoder().encode({ meta: { huge: 'x'.repeat(20_000), ...meta }, trace_id: 'a' });
    expect(Object.keys(metadata ?? {})).toHaveLength(100);
    expect(metadata).toMatchObject({ trace_id: 'a', key0: '0' });
  });

  it('dates lines with the time they were taken when replaceTimestamp is true', () => {
    expect(encoder({ replaceTimestamp: true }).encode({ time: 1_763_672_000_000 }).time).toBe(
      `${NOW_MS}000000`,
    );
  });

  it('turns arrays into objects with convertArrays', () => {
    const { text } = encoder({ convertArrays: true }).encode({ tags: ['a', { b: ['c'] }] });
    expect(JSON.parse(text)).toEqual({ tags: { 0: 'a', 1: { b: { 0: 'c' } } } });
  });

  it('fills the template of logFormat', () => {
    const logFormat = '{lokilevel} {msg} {req.method} {tags[1]} {err} {count} {nothing.there}.';
    const { text } = encoder({ logFormat }).encode({
      level: 50,
      msg: 'hi',
      req: { method: 'GET' },
      tags: ['a', 'b'],
      err: { code: 1 },
      count: 0,
    });
    expect(text).toBe('error hi GET b {"code":1} 0 .');
    expect(encoder({ logFormat: '{constructor}{__proto__.x}' }).encode({ a: 1 }).text).toBe('');
  });
});

describe('createStreams', () => {
  it.each([
    { level: 10, name: 'debug' },
    { level: 20, name: 'debug' },
    { level: 30, name: 'info' },
    { level: 40, name: 'warning' },
    { level: 50, name: 'error' },
    { level: 60, name: 'critical' },
    { level: 'trace', name: 'trace' },
    { level: 'warn', name: 'warn' },
    { level: 'fatal', name: 'fatal' },
    { level: 'audit', name: 'audit' },
    { level: 35, name: 'info' },
    { level: undefined, name: 'info' },
    { level: { a: 1 }, name: 'info' },
    { level: 'a sentence, not a level', name: 'info' },
  ])('labels level $level as $name', ({ level, name }) => {
    expect(encoder().encode({ level }).labels).toEqual({ level: name });
  });

  it('merges levelMap over the defaults, for numbers and names alike', () => {
    const { encode } = encoder({ levelMap: { 35: 'notice', 40: 'attention', audit: 'info' } });
    const label = (level: unknown): string | undefined => encode({ level }).labels['level'];
    expect([35, 40, 'warn', 'audit', 50, 'fatal'].map(label)).toEqual([
      'notice',
      'attention',
      'attention',
      'info',
      'error',
      'fatal',
    ]);
  });

  it('labels service and environment, never the host, and lets labels and propsToLabels win in that order', () => {
    const line = { level: 30, service: 'shop', environment: 'production', hostname: 'pod', tenant: 'acme' };
    expect(encoder().encode(line).labels).toEqual({
      service_name: 'shop',
      deployment_environment_name: 'production',
      level: 'info',
    });
    expect(
      encoder({ labels: { service_name: 'fixed', tenant: 'none' }, propsToLabels: ['tenant'] }).encode(line)
        .labels,
    ).toMatchObject({ service_name: 'fixed', tenant: 'acme' });
  });

  it('makes label names that Loki takes, values that are text, and none of what is empty', () => {
    const { encode } = encoder({
      labels: { 'app.kubernetes.io/name': 'x' },
      propsToLabels: ['a-b', '1st', 'number', 'empty', 'zero', 'no', 'object', 'long'],
    });
    const fields = {
      'a-b': 'v',
      '1st': 'w',
      number: 7,
      empty: '',
      zero: 0,
      no: false,
      object: {},
      long: 'x'.repeat(9_999),
    };
    expect(encode(fields).labels).toEqual({
      level: 'info',
      app_kubernetes_io_name: 'x',
      a_b: 'v',
      _1st: 'w',
      number: '7',
      long: 'x'.repeat(2_048),
    });
  });

  it('keeps fields apart that would read the same in a row', () => {
    const { encode } = encoder({ propsToLabels: ['a', 'b'] });
    expect(encode({ a: 'x' }).labels).not.toEqual(encode({ b: 'x' }).labels);
  });

  it('keeps one order of time where labels make one stream of several services', () => {
    const { encode } = encoder({ labels: { service_name: 'all' } });
    const times = ['a', 'b', 'a'].map((service) => encode({ service, time: NOW_MS }).time);
    expect(times).toEqual([`${NOW_MS}000000`, `${NOW_MS}000001`, `${NOW_MS}000002`]);
  });

  it('drops the labels of propsToLabels past maxStreams, counts that and reports it once', () => {
    const { encode, streams, reports } = encoder({ propsToLabels: ['user'], maxStreams: 10 });
    const seen = new Set<string>();
    for (let user = 1; user <= 1_000; user += 1)
      seen.add(JSON.stringify(encode({ user, service: 'shop' }).labels));
    expect(seen.size).toBe(11);
    expect(encode({ user: 3, service: 'shop' }).labels).toHaveProperty('user', '3');
    expect(encode({ user: 999, service: 'shop' }).labels).toEqual({ service_name: 'shop', level: 'info' });
    expect(streams.reduced).toBe(991);
    expect(reports()).toBe(1);
  });

  it('takes new label sets again when others were not used for half an hour', () => {
    let nowMs = NOW_MS;
    const { encode, streams } = encoder({ propsToLabels: ['user'], maxStreams: 3 }, () => nowMs);
    const userOf = (user: string): string | undefined => encode({ user }).labels['user'];
    for (const user of ['a', 'b', 'c']) userOf(user);
    nowMs += 20 * 60_000;
    expect(userOf('a')).toBe('a');
    expect(userOf('d')).toBeUndefined();
    nowMs += 10 * 60_000;
    expect(userOf('d')).toBe('d');
    expect(userOf('e')).toBe('e');
    expect(userOf('f')).toBeUndefined();
    expect(userOf('a')).toBe('a');
    expect(streams.reduced).toBe(2);
  });

  it.each([
    { title: 'half a surrogate pair', service: 'a\ud800b', label: 'a?b' },
    { title: 'a replacement character', service: 'a\ufffdb', label: 'a?b' },
    { title: 'more than 2,048 bytes', service: 'ü'.repeat(1_500), label: 'ü'.repeat(1_024) },
    { title: 'a cut through a character', service: `a${'😀'.repeat(600)}`, label: `a${'😀'.repeat(511)}` },
  ])('makes a label value that Loki takes of $title', ({ service, label }) => {
    expect(encoder({ labels: { fixed: service } }).encode({ service }).labels).toEqual({
      service_name: label,
      level: 'info',
      fixed: label,
    });
  });

  it('leaves out metadata whose name has no letter and no digit, because Loki answers 500 to all of the push', () => {
    const meta = { '': 1, _: 1, '-.-': 1, 日本: 1, 日本a: 2, 9: 3, 'a.b': 4 };
    expect(encoder().encode({ meta }).metadata).toEqual({ 日本a: '2', 9: '3', 'a.b': '4' });
  });

  it('has no half of a surrogate pair in the line or in metadata, because Loki can parse no such push', () => {
    const { encode } = encoder({ logFormat: '{msg}' });
    expect(encode({ msg: 'x\ud83d', trace_id: '\udc00', meta: { 'k\ud800': 'v\ud800' } })).toMatchObject({
      text: 'x\ufffd',
      metadata: { trace_id: '\ufffd', 'k\ufffd': 'v\ufffd' },
    });
  });

  it('is bounded also when service and level are not what they say', () => {
    const { encode, streams } = encoder();
    const seen = new Set<string>();
    for (let n = 0; n < 5_000; n += 1) {
      seen.add(JSON.stringify(encode({ service: `s${n}`, environment: n, level: `l${n}` }).labels));
    }
    expect(seen.size).toBeLessThan(130);
    expect(streams.reduced).toBeGreaterThan(4_800);
  });
});
