/* oxlint-disable no-await-in-loop -- what is tested is one thing after the other */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeLoki, startFakeLoki } from './fake-loki.ts';
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

function expectBalanced({ sink }: SinkHarness): void {
  const { written, sent, dropped, queued } = sink.stats();
  expect(sent + dropped + queued).toBe(written);
}

const writeNumbered = ({ sink }: SinkHarness, count: number, from = 0): void => {
  for (const n of range(count)) sink.write(line({ n: from + n }));
};

describe('createLokiSink', () => {
  it('sends one push a stream, gzipped, when the interval has passed', async () => {
    const made = harness(loki);
    made.sink.write(line({ n: 0, trace_id: 'abc', msg: 'hello' }) + line({ n: 1, level: 50 }));
    made.sink.write(line({ n: 2 }));
    made.clock.advance(4_999);
    expect(loki.pushes).toHaveLength(0);
    made.clock.advance(1);
    await made.until(() => made.sink.stats().queued === 0);

    expect(loki.pushes.map(({ streams }) => streams)).toEqual([
      [{ service_name: 'shop', level: 'info' }],
      [{ service_name: 'shop', level: 'error' }],
    ]);
    expect(loki.pushes[0]?.headers['content-encoding']).toBe('gzip');
    expect(loki.pushes[0]?.path).toBe('/loki/api/v1/push');
    expect(loki.streams.get('{"service_name":"shop","level":"info"}')).toEqual([
      {
        time: '1763672400000000000',
        line: line({ n: 0, trace_id: 'abc', msg: 'hello' }).trim(),
        metadata: { trace_id: 'abc' },
      },
      { time: '1763672400000000001', line: line({ n: 2 }).trim(), metadata: undefined },
    ]);
    expect(
      numbers(loki.streams.get('{"service_name":"shop","level":"error"}')?.map((e) => e.line) ?? []),
    ).toEqual([1]);
    expect(made.sink.stats()).toMatchObject({
      written: 3,
      sent: 3,
      dropped: 0,
      queued: 0,
      retried: 0,
      pushes: 2,
    });
    expect(made.problems).toEqual([]);
  });

  it('sends at once when a push is full, and nothing larger than maxBatchBytes', async () => {
    const made = harness(loki, { maxBatchBytes: 2_048 });
    writeNumbered(made, 100);
    await made.until(() => loki.pushes.length > 3);
    await made.sink.flush();
    expect(numbers(loki.lines())).toEqual(range(100));
    expect(Math.max(...loki.pushes.map(({ plainBytes }) => plainBytes))).toBeLessThan(2_048 + 200);
  });

  it('sends without waiting when batching is false', async () => {
    const made = harness(loki, { batching: false });
    made.sink.write(line({ n: 0 }));
    made.clock.advance(0);
    await made.until(() => made.sink.stats().sent === 1);
    expect(numbers(loki.lines())).toEqual([0]);
  });

  it('has one push on its way at a time, and waits for a slow answer as long as the timeout allows', async () => {
    const made = harness(loki, { maxBatchBytes: 2_048 });
    loki.behave({ kind: 'slow' });
    writeNumbered(made, 100);
    await made.until(() => loki.hanging === 1);
    await made.pass(29_000);
    expect(loki.pushes).toHaveLength(1);
    expect(made.sink.stats()).toMatchObject({ sent: 0, queued: 100 });
    loki.behave({ kind: 'store' });
    loki.release();
    await made.resolved(made.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(100));
    expect(made.sink.stats()).toMatchObject({ sent: 100, retried: 0 });
  });

  it('keeps one connection for all pushes', async () => {
    const made = harness(loki);
    for (const n of range(5)) {
      made.sink.write(line({ n }));
      await made.sink.flush();
    }
    expect(loki.pushes).toHaveLength(5);
    expect(loki.connections).toBe(1);
  });

  it('sends headers and basic authentication, from the options or the URL, and reports neither', async () => {
    const made = harness(
      { url: loki.url.replace('//', '//me:hunter2@'), hanging: 0 },
      {
        headers: { 'X-Scope-OrgID': 'tenant', 'X-Api-Key': 'k3y-k3y' },
      },
    );
    loki.behave({ kind: 'answer', status: 400, body: 'no hunter2, no k3y-k3y, see http://u:p@host/' });
    made.sink.write(line());
    await made.sink.flush();
    expect(loki.pushes[0]?.headers).toMatchObject({
      'x-scope-orgid': 'tenant',
      authorization: `Basic ${btoa('me:hunter2')}`,
    });
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_REJECTED']);
    expect(made.problems[0]?.message).not.toMatch(/hunter2|k3y|u:p/);
    expect(made.problems[0]?.message).toContain('http://host/');
  });

  it.each([
    { title: 'answers 500', behaviour: { kind: 'answer', status: 500 }, stores: false },
    {
      title: 'answers 502 with a page',
      behaviour: { kind: 'answer', status: 502, body: '<html>' },
      stores: false,
    },
    { title: 'answers 408', behaviour: { kind: 'answer', status: 408 }, stores: false },
    { title: 'hangs before the headers', behaviour: { kind: 'hang-before-headers' }, stores: false },
    { title: 'stores and hangs within the body', behaviour: { kind: 'hang-in-body' }, stores: true },
    { title: 'resets the connection', behaviour: { kind: 'reset', stores: false }, stores: false },
    { title: 'stores and resets the connection', behaviour: { kind: 'reset', stores: true }, stores: true },
    { title: 'breaks the answer off', behaviour: { kind: 'half-answer', stores: false }, stores: false },
    {
      title: 'stores and breaks the answer off',
      behaviour: { kind: 'half-answer', stores: true },
      stores: true,
    },
    { title: 'answers garbage', behaviour: { kind: 'garbage' }, stores: false },
    { title: 'answers 401', behaviour: { kind: 'answer', status: 401 }, stores: false },
    { title: 'answers 403', behaviour: { kind: 'answer', status: 403 }, stores: false },
    { title: 'answers 404', behaviour: { kind: 'answer', status: 404 }, stores: false },
    {
      title: 'redirects',
      behaviour: { kind: 'answer', status: 302, headers: { location: '/login' } },
      stores: false,
    },
    {
      title: 'answers 200 with a web page',
      behaviour: { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' } },
      stores: false,
    },
  ] as const)(
    'repeats the very same body until it is stored when the server $title',
    async ({ behaviour, stores }) => {
      const made = harness(loki);
      writeNumbered(made, 20);
      loki.behave(() => (loki.pushes.length <= 4 ? behaviour : { kind: 'store' }));
      made.clock.advance(5_000);
      await made.until(() => made.sink.stats().queued === 0);

      expect(new Set(loki.pushes.map(({ body }) => body.toString('base64'))).size).toBe(1);
      const copies = stores ? 5 : 1;
      expect(numbers(loki.lines())).toEqual(Array.from({ length: copies }, () => range(20)).flat());
      expect(made.sink.stats()).toMatchObject({ written: 20, sent: 20, dropped: 0, retried: 4, pushes: 1 });
      expect(made.problems).toHaveLength(2);
      expect(made.problems[1]?.message).toMatch(/takes lines again after \d+ s; none of them dropped/);
    },
  );

  it('delivers everything through a closed port that opens again', async () => {
    const made = harness(loki);
    await loki.stop();
    writeNumbered(made, 50);
    await made.pass(20_000);
    expect(made.sink.stats()).toMatchObject({ sent: 0, queued: 50 });
    writeNumbered(made, 50, 50);
    await loki.start();
    await made.until(() => made.sink.stats().queued === 0);
    expect(numbers(loki.lines())).toEqual(range(100));
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_UNREACHABLE', 'SIGHTLINE_LOKI_UNREACHABLE']);
    expect(made.problems[0]?.message).toContain('ECONNREFUSED');
  });

  it.each([
    { title: '7 seconds', retryAfter: () => '7' },
    { title: 'a date 7 s ahead', retryAfter: (nowMs: number) => new Date(nowMs + 7_000).toUTCString() },
  ])('waits as long as Retry-After says: $title', async ({ retryAfter }) => {
    const made = harness(loki);
    loki.behave(() => ({
      kind: 'answer',
      status: 429,
      headers: { 'retry-after': retryAfter(made.clock.now()) },
    }));
    made.sink.write(line({ n: 0 }));
    made.clock.advance(5_000);
    await made.until(() => loki.pushes.length === 1 && !made.isBusy());
    loki.behave({ kind: 'store' });
    made.clock.advance(6_900);
    await made.pass(0);
    expect(loki.pushes).toHaveLength(1);
    made.clock.advance(400);
    await made.until(() => made.sink.stats().sent === 1);
    expect(made.clock.now()).toBeLessThan(1_763_672_400_000 + 5_000 + 7_500);
  });

  it('counts what Loki refuses as dropped, does not repeat it, and says each reason once with its count', async () => {
    const made = harness(loki);
    for (const round of range(3)) {
      loki.behave({
        kind: 'refuse',
        reason: ({ line: text }) =>
          numbers([text])[0] === 2
            ? undefined
            : `entry for stream '{level="info", service_name="shop"}' has timestamp too old: ` +
              `2025-11-0${round}T21:00:0${numbers([text])[0]}Z, oldest acceptable timestamp is: 2025-11-13T21:00:00Z`,
      });
      writeNumbered(made, 4);
      await made.sink.flush();
    }
    expect(loki.pushes).toHaveLength(3);
    expect(numbers(loki.lines())).toEqual([2, 2, 2]);
    expect(made.sink.stats()).toMatchObject({
      written: 12,
      sent: 3,
      dropped: 9,
      rejected: 9,
      queued: 0,
      retried: 0,
    });
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_REJECTED']);
    expect(made.problems[0]?.message).toContain('3 of 4 lines');
    expect(made.problems[0]?.message).toContain('timestamp too old');
    await made.sink.close(1_000);
    expect(made.problems[1]?.message).toContain('9 lines in all');
  });

  it('splits a push that is too large until it fits, in order', async () => {
    const made = harness(loki);
    loki.behave({ kind: 'limit', maxBytes: 1_000 });
    writeNumbered(made, 64);
    await made.sink.flush();
    expect(numbers(loki.lines())).toEqual(range(64));
    expect(made.sink.stats()).toMatchObject({ sent: 64, dropped: 0 });
    expect(made.problems).toEqual([]);
  });

  it('sends nothing for a minute that is as large as what was too large, and then a whole push again', async () => {
    const made = harness(loki);
    loki.behave({ kind: 'limit', maxBytes: 1_000 });
    const refusedOf = async (lines: number): Promise<number> => {
      const before = loki.pushes.length;
      writeNumbered(made, lines);
      await made.sink.flush();
      return loki.pushes.slice(before).filter(({ plainBytes }) => plainBytes > 1_000).length;
    };
    expect(await refusedOf(256)).toBeGreaterThanOrEqual(5);
    await made.pass(1_000);
    expect(await refusedOf(256)).toBe(0);
    await made.pass(61_000);
    const before = loki.pushes.length;
    loki.behave({ kind: 'store' });
    expect(await refusedOf(256)).toBe(1);
    expect(loki.pushes.length - before).toBe(1);
    expect(made.sink.stats()).toMatchObject({ sent: 768, dropped: 0 });
  });

  it('drops and counts a single line that is too large, says so once, and sends its neighbours', async () => {
    const made = harness(loki);
    loki.behave({ kind: 'limit', maxBytes: 1_000 });
    for (const n of range(9)) made.sink.write(line({ n, pad: n % 4 === 2 ? 'x'.repeat(1_000) : '' }));
    await made.sink.flush();
    expect(numbers(loki.lines())).toEqual([0, 1, 3, 4, 5, 7, 8]);
    expect(made.sink.stats()).toMatchObject({ written: 9, sent: 7, dropped: 2, queued: 0 });
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_REJECTED']);
  });

  it('drops the oldest lines past maxBufferSize, and says so once with the count at the end', async () => {
    const made = harness(loki, { batching: { interval: 1, maxBufferSize: 100 } });
    await loki.stop();
    for (const n of range(1_000)) {
      made.sink.write(line({ n }));
      if (n % 10 === 0) await made.pass(1_000);
      expect(made.sink.stats().queued).toBeLessThanOrEqual(100);
    }
    expectBalanced(made);
    const { dropped } = made.sink.stats();
    expect(dropped).toBe(900);
    await loki.start();
    await made.until(() => made.sink.stats().queued === 0);
    const arrived = numbers(loki.lines());
    expect(arrived).toHaveLength(100);
    expect(arrived.slice(-50)).toEqual(range(1_000).slice(-50));
    expect(arrived).toEqual(arrived.toSorted((a, b) => a - b));
    expect(made.codes().filter((code) => code === 'SIGHTLINE_LOKI_DROPPED')).toHaveLength(2);
    expect(made.problems.at(-1)?.message).toContain('900 were dropped');
  });

  it('holds no more than maxBufferBytes, and drops a line that alone is larger', async () => {
    const made = harness(loki, { maxBufferBytes: 64 * 1024, batching: { maxBufferSize: 0 } });
    await loki.stop();
    for (const n of range(1_000)) made.sink.write(line({ n, pad: 'x'.repeat(900) }));
    made.sink.write(line({ n: 1_000, pad: 'x'.repeat(65 * 1024) }));
    expect(made.sink.stats().queued).toBeGreaterThan(55);
    expect(made.sink.stats().queued).toBeLessThan(66);
    expectBalanced(made);
  });

  it('gives up at the deadline, counts what is left and says how much that was', async () => {
    const made = harness(loki);
    loki.behave({ kind: 'hang-before-headers' });
    writeNumbered(made, 30);
    const closed = made.sink.close(2_000);
    await made.until(() => loki.hanging === 1);
    made.clock.advance(2_000);
    await made.resolved(closed);
    expect(made.sink.stats()).toMatchObject({ written: 30, sent: 0, dropped: 30, queued: 0 });
    expect(made.problems.at(-1)).toMatchObject({ code: 'SIGHTLINE_LOKI_DROPPED' });
    expect(made.problems.at(-1)?.message).toContain('30 lines');
    made.sink.write(line());
    expect(made.sink.stats()).toMatchObject({ written: 31, dropped: 31 });
    expect(made.clock.timers).toBe(0);
  });

  it('tries at once when it closes within a wait', async () => {
    const made = harness(loki);
    loki.behave({ kind: 'answer', status: 503, headers: { 'retry-after': '100' } });
    writeNumbered(made, 3);
    made.clock.advance(5_000);
    await made.until(() => loki.pushes.length === 1 && !made.isBusy());
    loki.behave({ kind: 'store' });
    await made.resolved(made.sink.close(2_000));
    expect(made.sink.stats()).toMatchObject({ sent: 3, dropped: 0 });
  });

  it.each([
    { title: 'small, then hung up on', maxBytes: 1_000, hangsUp: true },
    { title: 'small', maxBytes: 1_000, hangsUp: false },
    { title: 'large', maxBytes: 2_500_000, hangsUp: false },
  ])(
    'splits a push that was answered 413 before it was read: $title',
    async ({ maxBytes, hangsUp }) => {
      const made = harness(loki, { maxBatchBytes: 32 * 1024 * 1024, maxBufferBytes: 64 * 1024 * 1024 });
      loki.refuseUnread(maxBytes, hangsUp);
      // Noise, so that gzip leaves it large; a large push is more than the system takes off our hands at once.
      const noise = (): string => randomBytes(maxBytes / 6).toString('base64');
      for (const n of range(16)) made.sink.write(line({ n, noise: noise() }));
      await made.resolved(made.sink.flush());
      expect(numbers(loki.lines())).toEqual(range(16));
      expect(made.sink.stats()).toMatchObject({ sent: 16, dropped: 0 });
      expect(made.clock.now()).toBeLessThan(1_763_672_400_000 + 30_000);
      // Megabytes are packed several times, which takes its time on a busy machine.
    },
    60_000,
  );

  it('says nothing with silenceErrors, and counts all the same', async () => {
    const made = harness(loki, { silenceErrors: true });
    loki.behave({ kind: 'answer', status: 400, body: 'no' });
    writeNumbered(made, 3);
    await made.sink.flush();
    expect(made.problems).toEqual([]);
    expect(made.sink.stats().dropped).toBe(3);
  });

  it('goes on when the reporter throws', async () => {
    const made = harness(loki);
    Object.defineProperty(made.problems, 'push', {
      value: () => {
        throw new Error('a reporter that fails');
      },
    });
    loki.behave({ kind: 'answer', status: 400, body: 'no' });
    writeNumbered(made, 1);
    await made.sink.flush();
    loki.behave({ kind: 'store' });
    writeNumbered(made, 1, 1);
    await made.sink.flush();
    expect(numbers(loki.lines())).toEqual([1]);
  });

  it('resolves a flush only when lines on their way have arrived, though later ones were dropped', async () => {
    const made = harness(loki, { batching: { interval: 1, maxBufferSize: 10 } });
    loki.behave({ kind: 'hang-before-headers' });
    writeNumbered(made, 5);
    let flushed = false;
    const flush = made.sink.flush().then(() => (flushed = true));
    await made.until(() => loki.hanging === 1);
    writeNumbered(made, 100, 5);
    await made.pass(2_000);
    expect(flushed).toBe(false);
    loki.behave({ kind: 'store' });
    await made.until(() => flushed);
    await flush;
    expect(numbers(loki.lines()).slice(0, 5)).toEqual(range(5));
  });
});
