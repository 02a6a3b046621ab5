import { describe, expect, it } from 'vitest';
import { createBacklog } from './backlog.ts';
import { createEndpoint } from './endpoint.ts';
import type { LokiEntry } from './entry.ts';
import { createFakeClock } from './fake-clock.ts';
import { lokiOptionsSchema, type LokiOptions } from './options.ts';
import { createProblemLog } from './problem-log.ts';
import type { PushAnswer, PushRequest } from './push-request.ts';
import { createShipper } from './shipper.ts';
import type { LokiSinkDeps } from './timers.ts';

/** An answer of Loki's. */
function answer(status: number, body = ''): Promise<PushAnswer> {
  return Promise.resolve({ status, body, retryAfter: undefined, contentType: undefined });
}

/** One turn of the event loop, in which all goes on that waits for no clock. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A shipper that speaks to nobody: `request` answers. The waits that it asks for are kept [ms]. */
function setUp(
  request: PushRequest,
  given: Partial<LokiOptions & Pick<LokiSinkDeps, 'gzip' | 'random'>> = {},
) {
  const { gzip = (plain: Buffer) => Promise.resolve(plain), random = () => 0.5, ...rest } = given;
  const options = lokiOptionsSchema.parse({ host: 'http://loki', ...rest });
  const clock = createFakeClock();
  const waitsMs: number[] = [];
  const problems: string[] = [];
  const endpoint = createEndpoint(options);
  const problemLog = createProblemLog(endpoint, ({ message }) => problems.push(message), clock.now);
  const backlog = createBacklog(options, undefined, () => undefined);
  const shipper = createShipper(options, endpoint, backlog, problemLog, {
    now: clock.now,
    clearTimeout: clock.clearTimeout,
    setTimeout: (callback, delayMs) => {
      waitsMs.push(delayMs);
      return clock.setTimeout(callback, delayMs);
    },
    random,
    request,
    gzip,
  });
  return {
    shipper,
    clock,
    waitsMs,
    problems,
    /** Adds so many lines of 10 bytes each. */
    add(count: number): void {
      const entry: LokiEntry = { labelsJson: '{}', valueJson: '["1","a"]', bytes: 10 };
      backlog.add(Array.from({ length: count }, () => ({ ...entry })));
      shipper.added();
    },
  };
}

const INTERVAL_MS = 5_000;
const TIMEOUT_MS = 30_000;

describe('createShipper', () => {
  it('waits for other lines for the seconds of the interval, and with no batching for nothing', () => {
    const seconds = setUp(() => answer(204));
    seconds.add(1);
    const none = setUp(() => answer(204), { batching: false });
    none.add(1);
    expect([seconds.waitsMs, none.waitsMs]).toEqual([[INTERVAL_MS], [0]]);
  });

  it('tries again after the whole wait while it goes on, and after 250 ms at most once the end has come', async () => {
    let tries = 0;
    const refusing: PushRequest = () => {
      tries += 1;
      return Promise.reject(new Error('gone'));
    };
    const { add, shipper, clock, waitsMs } = setUp(refusing, { random: () => 0.75 });
    add(1);
    clock.advance(INTERVAL_MS);
    await turn();
    expect([tries, waitsMs]).toEqual([1, [INTERVAL_MS, TIMEOUT_MS, 375]]);
    waitsMs.length = 0;
    const closed = shipper.close(10_000);
    await turn();
    expect([tries, waitsMs]).toEqual([2, [10_000, TIMEOUT_MS, 250]]);
    clock.advance(250);
    await turn();
    expect([tries, waitsMs.at(-1), shipper.stats().retried]).toEqual([3, 250, 2]);
    clock.advance(10_000);
    await closed;
    await turn();
    expect(clock.timers).toBe(0);
  });

  it('counts a shorter wait at the end as it is', async () => {
    const { add, shipper, clock, waitsMs } = setUp(() => Promise.reject(new Error('gone')), {
      random: () => 0.2,
    });
    add(1);
    const closed = shipper.close(60);
    await turn();
    expect(waitsMs.at(-1)).toBe(100);
    clock.advance(60);
    await closed;
  });

  it.each([
    {
      what: 'one line is too large',
      reply: () => answer(413),
      lines: 1,
      stats: { sent: 0, rejected: 0, refused: 1, bytes: 0, retried: 0, pushes: 0 },
    },
    {
      what: 'Loki refuses all of them',
      reply: () => answer(400, 'at least one label pair is required'),
      lines: 3,
      stats: { sent: 0, rejected: 3, refused: 3, bytes: 0, retried: 0, pushes: 0 },
    },
    {
      what: 'Loki refuses one of four',
      reply: () => answer(400, "total ignored: 1 out of 4 for stream: {level='info'}"),
      lines: 4,
      stats: { sent: 3, rejected: 1, refused: 1, bytes: 30, retried: 0, pushes: 1 },
    },
    {
      what: 'Loki takes all of them',
      reply: () => answer(204),
      lines: 4,
      stats: { sent: 4, rejected: 0, refused: 0, bytes: 40, retried: 0, pushes: 1 },
    },
  ])('counts lines and their bytes when $what', async ({ reply, lines, stats }) => {
    const { add, shipper } = setUp(reply);
    add(lines);
    await shipper.flush();
    expect(shipper.stats()).toEqual(stats);
  });

  it('names the encoding where the lines are packed, and none where they are not', async () => {
    const headers: object[] = [];
    const keeping: PushRequest = (call) => {
      headers.push(call.headers);
      return answer(204);
    };
    const packed = setUp(keeping);
    packed.add(1);
    await packed.shipper.flush();
    const plain = setUp(keeping, { gzip: () => Promise.reject(new Error('no memory')) });
    plain.add(1);
    await plain.shipper.flush();
    expect(headers[0]).toHaveProperty('content-encoding', 'gzip');
    expect(headers[1]).not.toHaveProperty('content-encoding');
  });

  it.each([
    { error: Object.assign(new Error('write'), { code: 'EPIPE' }), reason: 'EPIPE' },
    { error: new Error('the answer broke off'), reason: 'the answer broke off' },
    { error: 'text', reason: 'an unknown error' },
  ])('says why there was no answer: $reason', async ({ error, reason }) => {
    let tries = 0;
    const { add, shipper, clock, problems } = setUp(() => {
      tries += 1;
      return tries > 3 ? answer(204) : Promise.reject(error);
    });
    add(1);
    const flushed = shipper.flush();
    await turn();
    clock.advance(30_000);
    await turn();
    clock.advance(30_000);
    await turn();
    clock.advance(30_000);
    await flushed;
    expect(problems[0]).toContain(`does not take lines (${reason})`);
    expect(shipper.stats()).toMatchObject({ sent: 1, retried: 3 });
  });

  it('gives up on a push without an answer after its timeout, and says how long that was', async () => {
    const { add, shipper, clock, problems } = setUp(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
      { timeout: 700, random: () => 0 },
    );
    add(1);
    void shipper.flush();
    for (let tries = 0; tries < 3; tries += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      await turn();
      clock.advance(700);
      // oxlint-disable-next-line no-await-in-loop -- its wait comes after its answer
      await turn();
      clock.advance(50);
    }
    expect(problems[0]).toContain('does not take lines (no whole answer in 700 ms)');
    const closed = shipper.close(0);
    clock.advance(0);
    await closed;
  });
});
