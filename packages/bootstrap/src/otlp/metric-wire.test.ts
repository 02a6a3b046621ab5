import type { FamilySnapshot, SeriesSnapshot } from '@sightline/metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pushTo } from './metrics-push.fixture.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

/** The wire types of fields, by their numbers; an object is a message within. */
interface Shape {
  readonly [field: number]: 'varint' | 'fixed64' | 'bytes' | Shape;
}

/** Source: https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto */
const exemplar: Shape = { 2: 'fixed64', 3: 'fixed64', 4: 'bytes', 5: 'bytes', 7: 'bytes' };
const point: Shape = { 2: 'fixed64', 3: 'fixed64', 4: 'fixed64', 5: exemplar, 7: 'bytes' };
const histogramPoint: Shape = {
  2: 'fixed64',
  3: 'fixed64',
  4: 'fixed64',
  5: 'fixed64',
  6: 'bytes',
  7: 'bytes',
  8: exemplar,
  9: 'bytes',
};
const summaryPoint: Shape = {
  2: 'fixed64',
  3: 'fixed64',
  4: 'fixed64',
  5: 'fixed64',
  6: { 1: 'fixed64', 2: 'fixed64' },
  7: 'bytes',
};
const metric: Shape = {
  1: 'bytes',
  2: 'bytes',
  3: 'bytes',
  5: { 1: point },
  7: { 1: point, 2: 'varint', 3: 'varint' },
  9: { 1: histogramPoint, 2: 'varint' },
  11: { 1: summaryPoint },
};
const request: Shape = { 1: { 1: 'bytes', 2: { 1: 'bytes', 2: metric } } };

/** Paths of all fields of a message, read strictly: by the wire type that the tag names, which must be that of the field. */
function fieldsOf(bytes: Buffer, shape: Shape, path = ''): string[] {
  const found: string[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const field = `${path}/${Math.floor(tag / 8)}`;
    const expected = shape[Math.floor(tag / 8)];
    const wireType = { varint: 0, fixed64: 1, bytes: 2 }[typeof expected === 'string' ? expected : 'bytes'];
    if (expected === undefined || tag % 8 !== wireType) throw new RangeError(`${field} has type ${tag % 8}`);
    found.push(field);
    if (wireType === 0) varint();
    else if (wireType === 1) at += 8;
    else {
      const end = varint() + at;
      if (typeof expected === 'object') found.push(...fieldsOf(bytes.subarray(at, end), expected, field));
      at = end;
    }
  }
  if (at !== bytes.length) throw new RangeError(`${path} ends in the middle of a field`);
  return found;
}

function familyOf(type: FamilySnapshot['definition']['type'], series: SeriesSnapshot): FamilySnapshot {
  const definition = { name: 'x', type, unit: 's', help: 'Help.', labels: ['l'], seriesBound: 1 };
  return { definition: { ...definition, boundaries: [1] }, series: [series] };
}

describe('createMetricsPush', () => {
  it('writes every field with the wire type that it has in the schema', async () => {
    const given = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8), value: 1, timeMs: 1.8e12 };
    const labelValues = ['v'];
    const families = [
      familyOf('gauge', { labelValues, value: 1 }),
      familyOf('counter', { labelValues, value: 1, exemplar: given }),
      familyOf('histogram', {
        labelValues,
        histogram: { counts: [1, 2], sum: 3, exemplars: [given, undefined] },
      }),
      familyOf('summary', { labelValues, summary: { quantiles: { '0.5': 1 }, sum: 1, count: 1 } }),
    ];
    const push = pushTo(receiver, () => Promise.resolve(families), 10_000);
    await push.flush(10_000);
    await push.shutdown(0);
    const found = new Set(fieldsOf(receiver.requests()[0]?.body ?? Buffer.alloc(0), request));
    const of = (field: number, fields: readonly string[]): string[] =>
      ['', ...fields].map((each) => `/1/2/2/${field}/1${each}`);
    for (const path of [
      ...['/1/1', '/1/2/1', '/1/2/2/1', '/1/2/2/2', '/1/2/2/3', '/1/2/2/7/2', '/1/2/2/7/3', '/1/2/2/9/2'],
      ...of(5, ['/2', '/3', '/4', '/7']),
      ...of(7, ['/2', '/3', '/4', '/7', '/5/2', '/5/3', '/5/4', '/5/5']),
      ...of(9, ['/2', '/3', '/4', '/5', '/6', '/7', '/9', '/8/2', '/8/3', '/8/4', '/8/5']),
      ...of(11, ['/2', '/3', '/4', '/5', '/7', '/6/1', '/6/2']),
    ]) {
      expect(found).toContain(path);
    }
  });
});
