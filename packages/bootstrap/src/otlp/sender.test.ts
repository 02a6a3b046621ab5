import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpPost } from './http-post.ts';
import { startOtlpReceiver } from './otlp-receiver.fixture.ts';
import type { OtlpReceiver, ReceiverBehaviour } from './otlp-receiver.fixture.ts';
import type { ExportProblem } from './export-problems.ts';
import { createSender } from './sender.ts';
import type { Sender, SenderDeps, SenderOptions } from './sender.ts';
import { createEndpoint } from './target.ts';
import type { OtlpTarget } from './target.ts';
import { createHttpTransport } from './transport.ts';
import type { ExportPayload } from './transport.ts';

let receiver: OtlpReceiver;
let sender: Sender<ExportPayload>;
let problems: ExportProblem[];
/** Waits between attempts [ms]; each is over at once unless `patient`. */
let waits: number[];
let patient: boolean;
let nowMs: number;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
  problems = [];
  waits = [];
  patient = false;
  nowMs = 1_800_000_000_000;
});
afterEach(async () => {
  await sender.shutdown(0);
  await receiver.close();
});

const deps: SenderDeps = {
  now: () => nowMs,
  setTimeout: (callback, delayMs) => {
    waits.push(delayMs);
    return patient ? undefined : setImmediate(callback);
  },
  clearTimeout: () => undefined,
  random: () => 0.5,
};

function start(
  target: Partial<OtlpTarget> = {},
  options: Partial<SenderOptions<ExportPayload>> = {},
): Sender<ExportPayload> {
  const full: OtlpTarget = {
    url: `${receiver.url}/v1/traces`,
    headers: { Authorization: 'Bearer s3cret-s3cret' },
    protocol: 'http/protobuf',
    compression: 'none',
    timeoutMs: 5_000,
    ...target,
  };
  const endpoint = createEndpoint(full);
  sender = createSender(
    {
      signal: 'traces',
      endpoint,
      transport: createHttpTransport('traces', endpoint, full.compression, createHttpPost(), deps.now),
      timeoutMs: full.timeoutMs,
      maxItems: 100,
      onProblem: (problem) => problems.push(problem),
      ...options,
    },
    deps,
  );
  return sender;
}

/** A request with one span of this name. */
function payload(name: string, items = 1): ExportPayload {
  return { ...payloadOf(name), items };
}

/** A request with a span of each name. */
function payloadOf(...spanNames: readonly string[]): ExportPayload {
  const message = { resourceSpans: [{ scopeSpans: [{ spans: spanNames.map((name) => ({ name })) }] }] };
  return {
    items: spanNames.length,
    body: Buffer.from(JSON.stringify(message)),
    contentType: 'application/json',
  };
}

/** Answers the first requests so, and the others as it should. */
function first(...behaviours: readonly ReceiverBehaviour[]): void {
  receiver.answerWith((_, index) => behaviours[index] ?? {});
}

function names(): string[] {
  return receiver.spans().map(({ name }) => name);
}

describe('createSender', () => {
  it('tells why it is refused in the words of the collector, without what was sent to it', async () => {
    receiver.answerWith({
      status: 401,
      headers: { 'content-type': 'text/plain' },
      body: `${'x'.repeat(295)} s3cret-s3cret is no token`,
    });
    start();
    sender.enqueue(payload('a'));
    await sender.flush(5_000);
    const { lastError = '' } = sender.stats();
    expect(lastError).toMatch(/^status 401: x+/);
    expect(lastError + problems[0]?.message).not.toContain('s3');
  });

  it('sends in order, one at a time, with its headers', async () => {
    start();
    for (const name of ['a', 'b', 'c']) sender.enqueue(payload(name));
    await sender.flush(5_000);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect(receiver.requests()[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret-s3cret' });
    expect(sender.stats()).toMatchObject({
      queued: 0,
      exported: 3,
      lastSuccessTimeMs: nowMs,
      lastError: undefined,
    });
    expect(problems).toEqual([]);
  });

  it('compresses when it is told to and it pays', async () => {
    start({ compression: 'gzip' });
    sender.enqueue(payload('x'.repeat(5_000)));
    sender.enqueue(payload('small'));
    await sender.flush(5_000);
    expect(receiver.requests().map(({ headers }) => headers['content-encoding'])).toEqual([
      'gzip',
      undefined,
    ]);
    expect(names()).toEqual(['x'.repeat(5_000), 'small']);
  });

  it.each([
    { status: 429, failure: 'rate_limited' },
    { status: 502, failure: 'unreachable' },
    { status: 503, failure: 'unreachable' },
    { status: 504, failure: 'unreachable' },
  ] as const)('tries again after $status', async ({ status, failure }) => {
    first({ status }, { status });
    start().enqueue(payload('a'));
    await sender.flush(5_000);
    expect(names()).toEqual(['a']);
    expect(sender.stats()).toMatchObject({
      exported: 1,
      failures: { [failure]: 2 },
      dropped: { rejected: 0, failed: 0 },
    });
    expect(waits).toEqual([500, 1_000]);
  });

  it('waits twice as long after each attempt that fails, up to half a minute', async () => {
    first(...Array.from({ length: 7 }, () => ({ status: 503 })));
    start().enqueue(payload('a'));
    await sender.flush(5_000);
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  });

  it.each([
    { header: '7', waitMs: 7_500 },
    { header: new Date(1_800_000_000_000 + 9_000).toUTCString(), waitMs: 9_500 },
    { header: '86400', waitMs: 300_500 },
    { header: 'soon', waitMs: 500 },
  ])('obeys Retry-After: $header', async ({ header, waitMs }) => {
    first({ status: 503, headers: { 'retry-after': header } });
    start().enqueue(payload('a'));
    await sender.flush(5_000);
    expect(waits).toEqual([waitMs]);
    expect(names()).toEqual(['a']);
  });

  it.each([
    { status: 400, failure: 'rejected' },
    { status: 401, failure: 'unauthorized' },
    { status: 403, failure: 'unauthorized' },
    { status: 404, failure: 'rejected' },
    { status: 413, failure: 'rejected' },
    { status: 500, failure: 'other' },
    { status: 301, failure: 'other' },
  ] as const)(
    'drops what is answered with $status, counts it as $failure, and goes on',
    async ({ status, failure }) => {
      first({ status, headers: { location: '/v1/traces' }, body: 'Bearer s3cret-s3cret is wrong' });
      start().enqueue(payload('a', 5));
      sender.enqueue(payload('b'));
      await sender.flush(5_000);
      expect(receiver.requests()).toHaveLength(2);
      expect(names()).toEqual(['b']);
      expect(sender.stats()).toMatchObject({
        exported: 1,
        failures: { [failure]: 1 },
        dropped: { rejected: 5 },
      });
      expect(problems).toMatchObject([
        { code: 'SIGHTLINE_EXPORT_REJECTED', recovered: false },
        { code: 'SIGHTLINE_EXPORT_REJECTED', recovered: true },
      ]);
      expect(JSON.stringify([problems, sender.stats()])).not.toContain('s3cret');
    },
  );

  describe('where large requests are refused', () => {
    const halving = { minHalvedItems: 0 };
    const takesUpTo = (bytes: number): void =>
      receiver.answerWith(({ body }) => (body.length > bytes ? { status: 413 } : {}));
    const four = (prefix: string): ExportPayload =>
      payloadOf(...['a', 'b', 'c', 'd'].map((name) => `${prefix}${name}`));

    it('sends halves of what was too large, in order, and loses nothing', async () => {
      takesUpTo(payloadOf('1a', '1b').body.length);
      start({}, halving).enqueue(four('1'));
      await sender.flush(5_000);
      expect(names()).toEqual(['1a', '1b', '1c', '1d']);
      expect(sender.stats()).toMatchObject({
        queued: 0,
        exported: 4,
        failures: { rejected: 1 },
        dropped: { rejected: 0 },
        lastError: undefined,
      });
      expect(waits).toEqual([]);
    });

    it('sends nothing as large for a minute, and says once how to mend it', async () => {
      takesUpTo(payloadOf('1a', '1b').body.length);
      start({}, halving).enqueue(four('1'));
      sender.enqueue(four('2'));
      await sender.flush(5_000);
      expect(receiver.requests()).toHaveLength(5);
      nowMs += 60_000;
      sender.enqueue(four('3'));
      await sender.flush(5_000);
      expect(receiver.requests()).toHaveLength(8);
      expect(names()).toHaveLength(12);
      expect(problems).toEqual([
        {
          code: 'SIGHTLINE_EXPORT_TOO_LARGE',
          message: expect.stringMatching(
            /status 413.*nothing is lost.*OTEL_BSP_MAX_EXPORT_BATCH_SIZE/,
          ) as string,
          recovered: false,
        },
      ]);
    });

    it('drops a span that is too large by itself, counts it, and sends the others', async () => {
      takesUpTo(payloadOf('a', 'b').body.length);
      start({}, halving).enqueue(payloadOf('a', 'x'.repeat(500), 'b', 'c'));
      await sender.flush(5_000);
      expect(names()).toEqual(['a', 'b', 'c']);
      expect(sender.stats()).toMatchObject({ queued: 0, exported: 3, dropped: { rejected: 1 } });
    });

    it('cuts nothing to pieces for one that takes none of any size', async () => {
      takesUpTo(0);
      start({}, halving).enqueue(four('1'));
      sender.enqueue(four('2'));
      await sender.flush(5_000);
      // Four, two and one; then what was cut already, and the next whole.
      expect(receiver.requests()).toHaveLength(6);
      expect(sender.stats()).toMatchObject({ queued: 0, exported: 0, dropped: { rejected: 8 } });
      nowMs += 60_000;
      receiver.answerWith({});
      sender.enqueue(four('3'));
      await sender.flush(5_000);
      expect(names()).toHaveLength(4);
    });

    it('does not halve what is small: many small requests would cost the service more', async () => {
      takesUpTo(payloadOf('1a', '1b').body.length);
      start().enqueue(four('1'));
      await sender.flush(5_000);
      expect(receiver.requests()).toHaveLength(1);
      expect(sender.stats()).toMatchObject({ queued: 0, dropped: { rejected: 4 } });
    });

    it('hands over in pieces what is sent where no event loop turns', async () => {
      takesUpTo(payloadOf('1a', '1b').body.length);
      start({}, halving).enqueue(four('1'));
      await sender.flush(5_000);
      receiver.answerWith({ misbehave: 'silent' });
      sender.enqueue(four('2'));
      expect(sender.drain().map(({ items }) => items)).toEqual([2, 2]);
    });

    it('keeps within its bounds what goes in halves', async () => {
      takesUpTo(payloadOf('1a').body.length);
      start({}, { ...halving, maxItems: 8 }).enqueue(four('1'));
      expect(sender.hasRoom(5)).toBe(false);
      await sender.flush(5_000);
      expect([names().length, sender.hasRoom(8), sender.hasRoom(9)]).toEqual([4, true, false]);
    });
  });

  it('counts what is answered with 200 and a web page as rejected: no collector is there', async () => {
    first({ headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<title>Sign in</title>' });
    start().enqueue(payload('a', 5));
    sender.enqueue(payload('b'));
    await sender.flush(5_000);
    expect(sender.stats()).toMatchObject({ exported: 1, failures: { other: 1 }, dropped: { rejected: 5 } });
    expect(problems).toMatchObject([
      { code: 'SIGHTLINE_EXPORT_REJECTED', message: expect.stringContaining('a web page') as string },
      { code: 'SIGHTLINE_EXPORT_REJECTED', recovered: true },
    ]);
  });

  it('tries again when the connection breaks before an answer', async () => {
    first({ misbehave: 'reset' }, { misbehave: 'reset' });
    start().enqueue(payload('a'));
    await sender.flush(5_000);
    expect(names()).toEqual(['a']);
    expect(sender.stats()).toMatchObject({ exported: 1, failures: { unreachable: 2 } });
  });

  it('tries again when there is no answer in time', async () => {
    first({ misbehave: 'silent' });
    start({ timeoutMs: 30 }).enqueue(payload('a'));
    await sender.flush(5_000);
    // A busy machine is late more than once.
    expect(new Set(names())).toEqual(new Set(['a']));
    expect(sender.stats().failures.timeout).toBeGreaterThan(0);
    expect(sender.stats()).toMatchObject({ queued: 0, exported: 1 });
  });

  it.each(['endless', 'reset-mid-body', 'mid-body'] as const)(
    'takes a 200 for an answer, whatever becomes of its body: %s',
    async (misbehave) => {
      first({ misbehave });
      // Nothing but the time ends a body that hangs.
      start(misbehave === 'mid-body' ? { timeoutMs: 100 } : {}).enqueue(payload('a'));
      sender.enqueue(payload('b'));
      await sender.flush(5_000);
      expect(receiver.requests()).toHaveLength(2 + sender.stats().failures.timeout);
      expect(sender.stats()).toMatchObject({ queued: 0, exported: 2 });
    },
  );

  it.each(['garbage \u0000\u0001', '{"partialSuccess":', '<html>', '\n\u0012\b'])(
    'makes nothing of the body %j',
    async (body) => {
      receiver.answerWith({ body });
      start().enqueue(payload('a'));
      await sender.flush(5_000);
      expect(sender.stats()).toMatchObject({ exported: 1, dropped: { rejected: 0 } });
    },
  );

  it('counts what a partial success leaves out, and says why once', async () => {
    receiver.answerWith({ partialSuccess: { rejected: 2, message: 'too old' } });
    start().enqueue(payload('a', 5));
    sender.enqueue(payload('b', 5));
    await sender.flush(5_000);
    expect(sender.stats()).toMatchObject({ exported: 6, dropped: { rejected: 4 } });
    expect(problems).toMatchObject([{ code: 'SIGHTLINE_EXPORT_REJECTED' }]);
    expect(problems[0]?.message).toContain('too old');
  });

  it('never believes that more was left out than was sent', async () => {
    receiver.answerWith({ partialSuccess: { rejected: 1_000, message: '' } });
    start().enqueue(payload('a', 5));
    await sender.flush(5_000);
    expect(sender.stats()).toMatchObject({ exported: 0, dropped: { rejected: 5 } });
  });

  it('says once that nobody answers, and once that it works again', async () => {
    first(...Array.from({ length: 6 }, () => ({ status: 503 })));
    start().enqueue(payload('a'));
    await sender.flush(5_000);
    expect(problems.map(({ code, recovered }) => ({ code, recovered }))).toEqual([
      { code: 'SIGHTLINE_EXPORT_UNREACHABLE', recovered: false },
      { code: 'SIGHTLINE_EXPORT_UNREACHABLE', recovered: true },
    ]);
  });

  it('shows neither the credentials of the URL nor its query, and sends the credentials', async () => {
    receiver.answerWith({ status: 401 });
    const url = receiver.url.replace('//', '//user:passw0rd@');
    start({ url: `${url}/v1/traces?key=k3y-k3y`, headers: {} }).enqueue(payload('a'));
    await sender.flush(5_000);
    expect(receiver.requests()[0]?.headers.authorization).toBe(`Basic ${btoa('user:passw0rd')}`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.message).not.toMatch(/passw0rd|k3y/);
  });

  it('keeps a bounded number of items and bytes, and drops the newest', async () => {
    patient = true;
    receiver.answerWith({ misbehave: 'silent' });
    start({}, { maxItems: 10, maxBytes: 200 });
    expect(sender.hasRoom(10)).toBe(true);
    sender.enqueue(payload('a', 8));
    expect(sender.hasRoom(3)).toBe(false);
    sender.enqueue(payload('b', 3));
    sender.enqueue(payload('x'.repeat(500), 1));
    expect(sender.stats()).toMatchObject({ queued: 8, dropped: { full: 4 } });
  });

  it('gives up on a payload that could not be delivered for two minutes, and goes on with the next', async () => {
    receiver.answerWith((request) => {
      nowMs += 70_000;
      return request.body.includes('"a"') ? { status: 503 } : {};
    });
    start().enqueue(payload('a'));
    sender.enqueue(payload('b'));
    await sender.flush(5_000);
    expect(names()).toEqual(['b']);
    expect(sender.stats()).toMatchObject({ exported: 1, dropped: { failed: 1 } });
  });

  it('ends a flush at its deadline and goes on afterwards', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    start({ timeoutMs: 200 }).enqueue(payload('a'));
    await sender.flush(10);
    expect(sender.stats()).toMatchObject({ queued: 1, exported: 0 });
    receiver.answerWith({});
    await receiver.waitFor(() => names().length === 1);
  });

  it('ends a flush after two attempts when nobody has ever been there', async () => {
    await receiver.close();
    start().enqueue(payload('a'));
    await sender.flush(2 ** 30);
    expect(sender.stats()).toMatchObject({ queued: 1, exported: 0 });
    expect(problems).toMatchObject([{ code: 'SIGHTLINE_EXPORT_UNREACHABLE', recovered: false }]);
  });

  it('goes on with a flush when a collector was there before', async () => {
    start().enqueue(payload('a'));
    await sender.flush(5_000);
    first(...Array.from({ length: 4 }, () => ({ misbehave: 'reset' as const })));
    sender.enqueue(payload('b'));
    await sender.flush(5_000);
    expect(names()).toEqual(['a', 'b']);
  });

  it('does not wait for its next attempt when it is flushed', async () => {
    patient = true;
    first({ status: 503 });
    start().enqueue(payload('a'));
    await receiver.waitFor(() => receiver.requests().length === 1);
    // oxlint-disable-next-line no-await-in-loop -- a turn of the event loop each
    while (waits.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await sender.flush(5_000);
    expect(names()).toEqual(['a']);
  });

  it('hands out all that waits, with what is on its way, and sends nothing more', async () => {
    receiver.answerWith({ misbehave: 'silent' });
    start().enqueue(payload('a'));
    sender.enqueue(payload('b'));
    expect(sender.drain().map(({ items }) => items)).toEqual([1, 1]);
    sender.enqueue(payload('c'));
    expect(sender.stats()).toMatchObject({ queued: 0, dropped: { deadline: 1 } });
  });

  it('survives a reporter that throws', async () => {
    receiver.answerWith({ status: 400 });
    start(
      {},
      {
        onProblem: () => {
          throw new Error('reporter');
        },
      },
    ).enqueue(payload('a'));
    await sender.flush(5_000);
    expect(sender.stats().dropped.rejected).toBe(1);
  });
});
