/* oxlint-disable no-await-in-loop -- what is tested is one thing after the other */
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeLoki, lokiAnswer, startFakeLoki } from './fake-loki.ts';
import { createHarness, line, numbers, range, type SinkHarness } from './sink-harness.ts';

let loki: FakeLoki;
const harnesses: SinkHarness[] = [];
const harness: typeof createHarness = (...parameters) => {
  const made = createHarness(...parameters);
  harnesses.push(made);
  return made;
};

beforeEach(async () => {
  loki = await startFakeLoki();
});
afterEach(async () => {
  for (const made of harnesses.splice(0)) await made.resolved(made.sink.close(0));
  await loki.stop();
});

const settled = async (made: SinkHarness): Promise<void> => {
  made.clock.advance(5_000);
  await made.until(() => made.sink.stats().queued === 0);
};
const arrived = (): number[] => numbers(loki.lines()).toSorted((a, b) => a - b);

const RATE_LIMITED = lokiAnswer(
  429,
  "ingestion rate limit exceeded for user fake (limit: 2000 bytes/sec) while attempting to ingest '50' lines totaling " +
    "'4000' bytes, reduce log volume or contact your Loki administrator to see if the limit can be increased",
);

describe('createLokiSink, when Loki answers', () => {
  it('429, sends the same lines again until there is room for them', async () => {
    const made = harness(loki);
    for (const n of range(50)) made.sink.write(line({ n }));
    loki.behave(() => (loki.pushes.length <= 4 ? RATE_LIMITED : { kind: 'store' }));
    await settled(made);
    expect(arrived()).toEqual(range(50));
    expect(made.sink.stats()).toMatchObject({ sent: 50, dropped: 0 });
  });

  it('429 to every push above its burst, sends in smaller ones until they fit', async () => {
    const made = harness(loki);
    for (const n of range(50)) made.sink.write(line({ n }));
    loki.behave(({ plainBytes }) => (plainBytes > 1_200 ? RATE_LIMITED : { kind: 'store' }));
    await settled(made);
    expect(numbers(loki.lines())).toEqual(range(50));
    expect(made.sink.stats()).toMatchObject({ sent: 50, dropped: 0, rejected: 0 });
  });

  it('429 to one line that alone is above its burst, gives that line up and counts it', async () => {
    const made = harness(loki);
    for (const n of range(9)) made.sink.write(line({ n, pad: n === 4 ? 'x'.repeat(3_000) : '' }));
    loki.behave(({ plainBytes }) => (plainBytes > 2_500 ? RATE_LIMITED : { kind: 'store' }));
    await settled(made);
    expect(arrived()).toEqual([0, 1, 2, 3, 5, 6, 7, 8]);
    expect(made.sink.stats()).toMatchObject({ written: 9, sent: 8, dropped: 1, rejected: 1 });
    expect(made.problems.find(({ code }) => code === 'SIGHTLINE_LOKI_REJECTED')?.message).toContain(
      'ingestion rate limit exceeded',
    );
  });

  it('429 to a stream that is one too many, gives up that one and sends the others', async () => {
    const made = harness(loki, { propsToLabels: ['tenant'] });
    for (const n of range(40)) made.sink.write(line({ n, tenant: `t${n % 4}` }));
    loki.behave(({ streams: [labels] }) =>
      labels?.['tenant'] === 't0' || labels?.['tenant'] === 't2'
        ? lokiAnswer(
            429,
            'maximum active stream limit exceeded when trying to create stream {level="info", service_name="shop"}, ' +
              "reduce the number of active streams (reduce labels or reduce label values), or contact your Loki administrator to see if the limit can be increased, user: 'fake'",
          )
        : { kind: 'store' },
    );
    await settled(made);
    expect(arrived()).toEqual(range(40).filter((n) => n % 2 === 1));
    expect(made.sink.stats()).toMatchObject({ sent: 20, dropped: 20, rejected: 20 });
    expect(loki.pushes.filter(({ streams: [labels] }) => labels?.['tenant'] === 't2')).toHaveLength(1);
    expect(made.problems[0]?.message).toContain('10 of 10 lines');
  });

  it('400 to lines too far behind, counts those that it says were ignored', async () => {
    const made = harness(loki);
    for (const n of range(30)) made.sink.write(line({ n, level: n < 25 ? 30 : 50 }));
    loki.behave(({ streams: [labels] }) =>
      labels?.['level'] === 'info'
        ? lokiAnswer(
            400,
            "entry with timestamp 2025-11-20 20:01:49.442 +0000 UTC ignored, reason: 'entry too far behind, entry timestamp is: " +
              "2025-11-20T20:01:49Z, oldest acceptable timestamp is: 2025-11-20T21:01:49Z',\nuser 'fake', total ignored: 7 out of " +
              '25 for stream: {level="info", service_name="shop"}',
          )
        : { kind: 'store' },
    );
    await settled(made);
    expect(made.sink.stats()).toMatchObject({ written: 30, sent: 23, dropped: 7, rejected: 7 });
  });

  it('400 because it can parse one line not, sends the others and counts that one', async () => {
    const made = harness(loki);
    for (const n of range(50)) made.sink.write(line({ n, bad: n === 33 }));
    loki.behave(({ body }) =>
      gunzipSync(body).includes('\\"bad\\":true')
        ? lokiAnswer(
            400,
            "loghttp.PushRequest.Streams: unmarshalerDecoder: can't find its end: ',' or '}' symbol",
          )
        : { kind: 'store' },
    );
    await settled(made);
    expect(arrived()).toEqual(range(50).filter((n) => n !== 33));
    expect(made.sink.stats()).toMatchObject({ sent: 49, dropped: 1, rejected: 1 });
    expect(loki.pushes.length).toBeLessThan(15);
  });

  it('400 to everything in words that are not known, stops looking for the one line after 32 halvings', async () => {
    const made = harness(loki);
    for (const n of range(1_000)) made.sink.write(line({ n }));
    loki.behave(lokiAnswer(400, 'no'));
    await settled(made);
    expect(loki.pushes.length).toBeLessThanOrEqual(65);
    expect(made.sink.stats()).toMatchObject({ sent: 0, dropped: 1_000, rejected: 1_000 });
  });

  it('400 to structured metadata, sends all lines without it from then on and says so once', async () => {
    const made = harness(loki);
    loki.behave({
      kind: 'refuse',
      reason: ({ metadata }) =>
        metadata &&
        `stream '{level="info", service_name="shop"}' includes structured metadata, but this feature is disallowed. Please see \`limits_config.allow_structured_metadata\``,
    });
    for (const n of range(10)) made.sink.write(line({ n, trace_id: `t${n}` }));
    await settled(made);
    for (const n of range(10)) made.sink.write(line({ n: 10 + n, trace_id: 'a' }));
    await settled(made);
    expect(arrived()).toEqual(range(20));
    expect(loki.pushes).toHaveLength(3);
    expect(made.sink.stats()).toMatchObject({ sent: 20, dropped: 0 });
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_MISCONFIGURED']);
  });

  it('nothing and hangs up on every push above a size, sends in smaller ones', async () => {
    const made = harness(loki);
    for (const n of range(40)) made.sink.write(line({ n }));
    loki.behave(({ plainBytes }) =>
      plainBytes > 1_500 ? { kind: 'reset', stores: false } : { kind: 'store' },
    );
    await settled(made);
    expect(numbers(loki.lines())).toEqual(range(40));
    expect(made.sink.stats()).toMatchObject({ sent: 40, dropped: 0 });
  });

  it('401 without a tenant, keeps the lines and says which header is missing', async () => {
    const made = harness(loki);
    loki.behave(lokiAnswer(401, 'no org id'));
    made.sink.write(line({ n: 0 }));
    made.clock.advance(5_000);
    await made.until(() => made.problems.length === 1);
    expect(made.problems[0]).toMatchObject({ code: 'SIGHTLINE_LOKI_MISCONFIGURED' });
    expect(made.problems[0]?.message).toContain('X-Scope-OrgID');
    expect(made.sink.stats()).toMatchObject({ queued: 1, dropped: 0 });
  });
});

describe('createLokiSink, with lines that leave late', () => {
  const AGE_MS = 31 * 60_000;
  const START_MS = 1_763_672_400_000;
  const instances = (): (string | undefined)[] =>
    [...loki.streams.keys()].map(
      (labels) => (JSON.parse(labels) as Record<string, string>)['service_instance_id'],
    );

  it('gives those older than half an hour a stream of this process alone', async () => {
    const made = harness(loki);
    for (const ageMs of [AGE_MS, 29 * 60_000]) {
      made.sink.write(line({ time: START_MS - ageMs }));
      await settled(made);
    }
    expect(instances()).toEqual([expect.stringMatching(new RegExp(`.-${process.pid}$`)), undefined]);
  });

  it('does so with lines that waited for Loki', async () => {
    const made = harness(loki);
    loki.behave(lokiAnswer(503, 'away'));
    made.sink.write(line({ n: 0 }));
    made.clock.advance(5_000);
    await made.until(() => loki.pushes.length > 0);
    made.clock.advance(AGE_MS);
    loki.behave({ kind: 'store' });
    await settled(made);
    expect(instances()).toEqual([expect.any(String)]);
    expect(made.sink.stats()).toMatchObject({ sent: 1, dropped: 0 });
  });

  it('leaves the label of that name that the app gave', async () => {
    const made = harness(loki, { labels: { service_instance_id: 'own' } });
    made.sink.write(line({ time: START_MS - AGE_MS }));
    await settled(made);
    expect(instances()).toEqual(['own']);
  });

  it.each([
    { status: 400, body: `stream '{a="b"}' has 16 label names; limit 15` },
    { status: 429, body: 'maximum active stream limit exceeded' },
  ])('goes on without it where Loki refuses it with $status', async ({ status, body }) => {
    const made = harness(loki);
    loki.behave(({ streams: [labels] }) =>
      labels?.['service_instance_id'] === undefined ? { kind: 'store' } : lokiAnswer(status, body),
    );
    for (const n of range(3)) {
      made.sink.write(line({ n, time: START_MS - AGE_MS }));
      await settled(made);
    }
    expect(numbers(loki.lines())).toEqual(range(3));
    expect(loki.pushes).toHaveLength(4);
    expect(made.sink.stats()).toMatchObject({ sent: 3, dropped: 0 });
  });
});
