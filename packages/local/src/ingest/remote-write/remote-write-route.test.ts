import type { Labels } from '@sightline/query';
import { snappyCompressor } from 'hysnappy';
import { PbfWriter } from 'pbf';
import { describe, expect, it } from 'vitest';
import { HttpError } from '../../server/http-error.ts';
import type { Answer, Call } from '../../server/route.ts';
import { createExemplarStore } from '../../store/exemplar-store.ts';
import { createMetadataStore } from '../../store/metadata-store.ts';
import { createSampleSink } from '../../store/sample-sink.ts';
import { createSeriesStore } from '../../store/series/series-store.ts';
import { inTurns } from '../in-turns.ts';
import { readWrite2 } from './read-write-2.ts';
import { readWrite } from './read-write.ts';
import { remoteWriteRoute } from './remote-write-route.ts';

const VERSION_2 = 'application/x-protobuf;proto=io.prometheus.write.v2.Request';
const compress = snappyCompressor();

function open() {
  const series = createSeriesStore({ maxSeries: 10, maxBytes: 1e6, retentionMs: 1e9 });
  const stores = { series, exemplars: createExemplarStore(10), metadata: createMetadataStore() };
  const times = { oldestMs: 500, newestMs: 9000 };
  const sink = createSampleSink(stores, false, () => times);
  const route = remoteWriteRoute(
    (version, body) => inTurns((version === 2 ? readWrite2 : readWrite)(body, 1e6, sink)),
    () => times,
  );
  return {
    stores,
    async post(contentType: string, body: Uint8Array, encoding = 'snappy'): Promise<Answer> {
      const headers = { 'content-type': contentType, 'content-encoding': encoding };
      return route.handle({ request: { headers }, body: Buffer.from(compress(body)) } as unknown as Call);
    },
    labels: () => [...series.series([[]], { fromMs: -Infinity, toMs: Infinity })] as readonly Labels[],
  };
}

/** A counter with a sample at each of the times, an exemplar and metadata. */
function request(
  symbols: readonly string[],
  refs: readonly number[],
  timesMs: readonly number[],
  exemplarMs = 1000,
): Uint8Array {
  const writer = new PbfWriter();
  for (const symbol of symbols) writer.writeStringField(4, symbol);
  writer.writeMessage(
    5,
    (_, one) => {
      one.writePackedVarint(1, [...refs]);
      for (const timeMs of timesMs) {
        one.writeMessage(
          2,
          (__, sample) => {
            sample.writeDoubleField(1, timeMs / 2);
            sample.writeVarintField(2, timeMs);
          },
          undefined,
        );
      }
      one.writeMessage(
        4,
        (__, exemplar) => {
          exemplar.writePackedVarint(1, [5, 6]);
          exemplar.writeDoubleField(2, 7);
          exemplar.writeVarintField(3, exemplarMs);
        },
        undefined,
      );
      one.writeMessage(
        5,
        (__, metadata) => {
          metadata.writeVarintField(1, 1);
          metadata.writeVarintField(3, 7);
        },
        undefined,
      );
    },
    undefined,
  );
  return writer.finish();
}

const SYMBOLS = ['', '__name__', 'hits_total', 'job', 'api', 'trace_id', 'abc', 'Hits.'];
const REFS = [1, 2, 3, 4];

describe('remoteWriteRoute', () => {
  it('takes remote write 2.0: samples, exemplars and metadata, and says what it has written', async () => {
    const { post, stores, labels } = open();
    expect(await post(VERSION_2, request(SYMBOLS, REFS, [1000, 2000]))).toEqual({
      status: 204,
      headers: {
        'x-prometheus-remote-write-samples-written': '2',
        'x-prometheus-remote-write-histograms-written': '0',
        'x-prometheus-remote-write-exemplars-written': '1',
      },
    });
    expect(labels()).toEqual([{ __name__: 'hits_total', job: 'api' }]);
    expect(stores.metadata.all().get('hits')).toEqual({ type: 'counter', help: 'Hits.', unit: '' });
    expect(stores.exemplars.find([[]], { fromMs: 0, toMs: 9999 })).toMatchObject([
      { exemplars: [{ labels: { trace_id: 'abc' }, value: 7, timeMs: 1000 }] },
    ]);
  });

  it('takes a label with an empty value for none, with and without a sample', async () => {
    const { post, stores, labels } = open();
    const symbols = [...SYMBOLS, 'zone', ''];
    await post(VERSION_2, request(symbols, REFS, [1000]));
    await post(VERSION_2, request(symbols, [...REFS, 8, 9], [2000]));
    await post(VERSION_2, request(symbols, [...REFS, 8, 9], [], 2500));
    expect(labels()).toEqual([{ __name__: 'hits_total', job: 'api' }]);
    expect(stores.exemplars.find([[]], { fromMs: 0, toMs: 9999 })).toMatchObject([
      { seriesLabels: { __name__: 'hits_total', job: 'api' }, exemplars: [{}, { timeMs: 2500 }] },
    ]);
  });

  it('takes exemplars that come without a sample, as Prometheus sends them', async () => {
    const { post, stores } = open();
    await post(VERSION_2, request(SYMBOLS, REFS, [1000]));
    expect(await post(VERSION_2, request(SYMBOLS, REFS, [], 1500))).toMatchObject({
      status: 204,
      headers: { 'x-prometheus-remote-write-exemplars-written': '1' },
    });
    expect(stores.exemplars.find([[]], { fromMs: 1001, toMs: 9999 })).toMatchObject([
      { seriesLabels: { job: 'api' }, exemplars: [{ timeMs: 1500 }] },
    ]);
  });

  it('answers 400 with what was written when some samples come too late', async () => {
    const { post } = open();
    await post(VERSION_2, request(SYMBOLS, REFS, [2000]));
    const answer = await post(VERSION_2, request(SYMBOLS, REFS, [1000, 3000]));
    expect(answer).toMatchObject({
      status: 400,
      headers: { 'x-prometheus-remote-write-samples-written': '1' },
    });
    expect(answer.text).toBe(
      'samples that were not taken: 1 out of order sample: there is a newer one of the series\n',
    );
    expect(answer.isTaken).toBe(true);
  });

  it('takes neither what is dropped at once nor what lies in the future, after which nothing of today would be taken', async () => {
    const { post } = open();
    const answer = await post(VERSION_2, request(SYMBOLS, REFS, [400, 9001], 400));
    expect(answer).toMatchObject({ status: 400, isTaken: false });
    expect(answer.text).toBe(
      'samples that were not taken: 1 out of bounds: before 1970-01-01T00:00:00Z, past what is kept (retentionMs); ' +
        '1 out of bounds: timestamp is too far in the future, after 1970-01-01T00:00:09Z\n',
    );
    expect(await post(VERSION_2, request(SYMBOLS, REFS, [8000]))).toMatchObject({ status: 204 });
  });

  it.each([
    ['a text that is not there', request(['', '__name__'], [1, 9], [1])],
    ['a name without a value', request(SYMBOLS, [1], [1])],
    ['a first text that is not empty', request(['x'], [0, 0], [1])],
    ['no protobuf', Uint8Array.of(0xff, 0xff)],
  ])('refuses %s with 400', async (_, body) => {
    await expect(open().post(VERSION_2, body)).rejects.toMatchObject({ status: 400 });
  });

  it.each([
    ['application/x-protobuf;proto=another.Message', 'snappy'],
    ['application/json', 'snappy'],
    [VERSION_2, 'gzip'],
  ])('refuses %s in %s with 415', async (contentType, encoding) => {
    const refused = open().post(contentType, request(SYMBOLS, REFS, [1]), encoding);
    await expect(refused).rejects.toBeInstanceOf(HttpError);
    await expect(refused).rejects.toMatchObject({ status: 415 });
  });

  it('takes snappy for granted, refuses what says nothing of itself, and passes on a fault of ours', async () => {
    const broken = remoteWriteRoute(
      () => Promise.reject(new RangeError('ours')),
      () => ({ oldestMs: 0, newestMs: 1 }),
    );
    const handle = (headers: object): Promise<Answer> =>
      Promise.resolve(broken.handle({ request: { headers }, body: Buffer.alloc(0) } as unknown as Call));
    await expect(handle({})).rejects.toMatchObject({ status: 415 });
    await expect(handle({ 'content-type': VERSION_2 })).rejects.toThrow('ours');
  });

  it('reads a request without a parameter as 1.0', async () => {
    const { post, labels } = open();
    const writer = new PbfWriter();
    writer.writeMessage(
      1,
      (_, one) => {
        one.writeMessage(
          1,
          (__, label) => {
            label.writeStringField(1, '__name__');
            label.writeStringField(2, 'up');
          },
          undefined,
        );
        one.writeMessage(2, (__, sample) => sample.writeVarintField(2, 1000), undefined);
      },
      undefined,
    );
    expect(await post('application/x-protobuf', writer.finish())).toMatchObject({ status: 204 });
    expect(labels()).toEqual([{ __name__: 'up' }]);
  });
});
