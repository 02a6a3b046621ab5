import { createTraceState, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { createRedactor } from '@sightline/redact';
import { describe, expect, it } from 'vitest';
import { createAttributeCensor } from '../otlp/attribute-censor.ts';
import { halveRequest } from '../otlp/halve-request.ts';
import { decodeRequest } from '../otlp/otlp-decode.fixture.ts';
import { createEncodedBatch } from './encoded-batch.ts';
import { ExportedSpan } from './exported-span.ts';
import { createIdSource } from './ids.ts';
import { defaultSpanLimits } from './limits.ts';
import { makeRandomSpan, seededRandom } from './random-span.fixture.ts';
import type { RecordingSpan } from './recording-span.ts';
import { httpServerSpan } from './server-span-facts.ts';
import { createSpanClock } from './span-clock.ts';
import { createSpanEncoder } from './span-encoder.ts';
import { createSpanProcessors } from './span-processors.ts';
import { createTracer } from './tracer.ts';
import { blindRedactor } from './tracing.fixture.ts';

const PROTOBUF = 'application/x-protobuf';

/** Encodes what `work` makes with our encoder and with the official one. */
function encodeBoth(work: (tracer: ReturnType<typeof createTracer>) => void, redactor = blindRedactor) {
  const censor = createAttributeCensor(redactor);
  const resource = resourceFromAttributes(
    { 'service.name': 'shop', 'process.pid': 12, list: ['ü'] },
    { schemaUrl: 'https://s' },
  );
  const batch = createEncodedBatch(createSpanEncoder(censor, redactor, httpServerSpan), resource);
  const spans: RecordingSpan[] = [];
  const tracer = createTracer({
    origin: {
      scope: { name: 'söme.lib', version: '1.2.3', schemaUrl: 'https://schema' },
      resource,
      limits: { ...defaultSpanLimits, attributeCount: 10, eventCount: 2, linkCount: 2 },
      clock: createSpanClock(),
      ending: undefined,
      ended(span) {
        spans.push(span);
        batch.add(span);
      },
      endRequest: () => true,
    },
    ids: createIdSource(),
    sampler: () => true,
    recordsUnsampled: true,
    processors: createSpanProcessors([], () => undefined),
    isActive: () => true,
  });
  work(tracer);
  const official = ProtobufTraceSerializer.serializeRequest(
    spans.map((span) => new ExportedSpan(span, censor, resource)),
  );
  const { body, items } = batch.seal();
  return {
    items,
    body,
    ours: decodeRequest('/v1/traces', PROTOBUF, body).spans,
    theirs: decodeRequest('/v1/traces', PROTOBUF, official ?? new Uint8Array()).spans,
    batch,
  };
}

describe('createSpanEncoder', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'says the same as the official serializer, of 15 spans made from seed %i',
    (seed) => {
      const random = seededRandom(seed);
      const { ours, theirs, items } = encodeBoth((tracer) => {
        for (let count = 0; count < 15; count++) makeRandomSpan(tracer, random);
      });
      expect(items).toBe(15);
      expect(ours).toHaveLength(15);
      expect(ours).toEqual(theirs);
    },
  );

  it.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'writes batches whose halves have the same spans, made from seed %i',
    (seed) => {
      const random = seededRandom(seed);
      const { ours, items, body } = encodeBoth((tracer) => {
        for (let count = 0; count < 15; count++) makeRandomSpan(tracer, random);
      });
      const halves = halveRequest('traces', { items, body, contentType: PROTOBUF });
      expect(halves.map((half) => half.items)).toEqual([8, 7]);
      expect(halves.flatMap((half) => decodeRequest('/v1/traces', PROTOBUF, half.body).spans)).toEqual(ours);
    },
  );

  it('writes flags with the sampled bit and whether the parent is remote', () => {
    const flagsOf = (isRemote: boolean): string => {
      const parent = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0, isRemote };
      const { body } = encodeBoth((tracer) =>
        tracer.startSpan('a', { kind: SpanKind.SERVER }, trace.setSpanContext(ROOT_CONTEXT, parent)).end(),
      );
      // Field 16 of the span, before the scope's and the resource's URLs.
      const at = body.lastIndexOf(Buffer.from([0x85, 0x01]));
      return body.subarray(at + 2, at + 6).toString('hex');
    };
    expect(flagsOf(true)).toBe('01030000');
    expect(flagsOf(false)).toBe('01010000');
  });

  it('starts anew after a batch, with the same scope', () => {
    const { batch, ours } = encodeBoth((tracer) => tracer.startSpan('first').end());
    expect(ours.map(({ name }) => name)).toEqual(['first']);
    expect(batch.count).toBe(0);
    expect(batch.bytes).toBe(0);
  });

  it('censors by key and by value wherever text stands', () => {
    const token = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    const { ours } = encodeBoth((tracer) => {
      const span = tracer.startSpan(`GET /reset?token=${token}`, {
        attributes: {
          'db.query.text': `UPDATE t SET k = '${token}'`,
          'url.full': 'https://user:hunter2hunter2@h/p?api_key=k3y-k3y-k3y',
          'url.query': 'a=1&access_token=t0ken-t0ken',
          'http.request.header.authorization': ['Bearer abc.def.ghi'],
          password: 'hunter2hunter2',
          nested: { deep: [{ secret: 'hunter2hunter2' }, token] },
          bytes: new TextEncoder().encode(`key ${token}`),
          harmless: 'stays',
        },
        links: [
          {
            context: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 },
            attributes: { token },
          },
        ],
      });
      span.addEvent(`used ${token}`, { password: 'hunter2hunter2', note: token });
      span.recordException(new Error(`bad password=hunter2hunter2 ${token}`));
      span.setStatus({ code: SpanStatusCode.ERROR, message: `no ${token}` });
      span.end();
    }, createRedactor());
    const text = JSON.stringify(ours, (_, value: unknown) => {
      if (typeof value === 'bigint') return String(value);
      return Buffer.isBuffer(value) ? value.toString('latin1') : value;
    });
    for (const secret of [token, 'hunter2', 'k3y-k3y', 't0ken-t0ken', 'abc.def.ghi']) {
      expect(text).not.toContain(secret);
    }
    expect(ours[0]?.attributes['harmless']).toBe('stays');
  });

  it('writes no secret of a trace state and of keys, as the official one', () => {
    const token = 'ghp_a8Kd72nQ0xZp1a8Kd72nQ0xZp1a8Kd72nQ0x';
    const parent = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: 1,
      traceState: createTraceState(`vendor=${token}`),
    };
    const { ours, theirs, body } = encodeBoth((tracer) => {
      tracer
        .startSpan('work', { links: [{ context: parent }] }, trace.setSpanContext(ROOT_CONTEXT, parent))
        .setAttribute(token, 1)
        .end();
    }, createRedactor());
    expect(ours).toEqual(theirs);
    expect(Buffer.from(body).toString('latin1')).not.toContain(token);
  });
});
