/* oxlint-disable no-await-in-loop -- what is tested is one thing after the other */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { pino } from 'pino';
import { createLogger } from '../create-logger.ts';
import { lokiStats } from '../destinations/loki-stats.ts';
import { type FakeLoki, lokiAnswer, startFakeLoki } from './fake-loki.ts';
import { line, numbers, range } from './sink-harness.ts';
import lokiTransport from './transport.ts';

let loki: FakeLoki;
beforeEach(async () => {
  loki = await startFakeLoki();
});
afterEach(() => loki.stop());

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

describe('lokiTransport', () => {
  it.each([
    { end: 'return', says: '' },
    { end: 'exit', says: '' },
    { end: 'flush', says: 'flushed' },
  ])(
    'delivers every line as a target of pino.transport when the process ends by $end',
    async ({ end, says }) => {
      const child = spawn(
        process.execPath,
        [
          '--conditions=@sightline/source',
          path('pino-child.fixture.ts'),
          path('transport.ts'),
          loki.url,
          '2000',
          end,
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
      const [code] = (await once(child, 'close')) as [number];
      expect(code).toBe(0);
      expect(output).toBe(says);
      expect(loki.lines()).toHaveLength(2_000);
      expect(numbers(loki.lines())).toEqual(range(2_000));
      const [[labels, entries] = ['', []]] = [...loki.streams];
      expect(JSON.parse(labels)).toEqual({
        service_name: 'shop',
        level: 'info',
        app: 'demo',
        tenant: 'acme',
      });
      expect(entries[7]?.metadata).toEqual({ trace_id: 'abc', order: '7' });
      expect(JSON.parse(entries[7]?.line ?? '')).toMatchObject({ n: 7, hostname: 'pod-7', msg: 'hello' });
    },
    60_000,
  );

  it('says to the logger that writes to it what it did, and what Loki refused', async () => {
    Reflect.deleteProperty(globalThis, Symbol.for('sightline.logger.loki.1'));
    const stream = pino.transport({
      target: path('transport.ts'),
      options: { host: loki.url, silenceErrors: true, batching: { interval: 0.01 } },
      worker: { execArgv: ['--conditions=@sightline/source'] },
    });
    const log = createLogger({}, stream);
    // One more of the same stream does not count twice.
    createLogger({}, stream);
    log.info('a');
    log.info('b');
    await vi.waitUntil(() => lokiStats()?.sent === 2, { timeout: 30_000 });
    loki.behave(lokiAnswer(400, 'has timestamp too old: 2020-01-01T00:00:00Z'));
    log.info('c');
    await vi.waitUntil(() => lokiStats()?.rejected === 1, { timeout: 30_000 });
    stream.end();
    await once(stream, 'close');
    expect(lokiStats()).toMatchObject({ queued: 0, sent: 2, dropped: 1, rejected: 1 });
  }, 60_000);

  it('takes chunks that end within a line, and lines that are not JSON', async () => {
    const stream = lokiTransport({ host: loki.url });
    const text = `${line({ n: 0 })}plain text\n${line({ n: 1 })}`;
    for (let start = 0; start < text.length; start += 7) stream.write(text.slice(start, start + 7));
    stream.end();
    await once(stream, 'close');
    expect(loki.lines().toSorted()).toEqual(
      [line({ n: 0 }).trim(), line({ n: 1 }).trim(), 'plain text'].toSorted(),
    );
  });

  it('warns with a code of what Loki rejected, and not with silenceErrors', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    loki.behave({ kind: 'answer', status: 400, body: 'timestamp too old' });
    for (const silenceErrors of [true, false]) {
      const stream = lokiTransport({ host: loki.url, silenceErrors });
      stream.end(line());
      await once(stream, 'close');
      expect(warn).toHaveBeenCalledTimes(silenceErrors ? 0 : 1);
    }
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('timestamp too old'), {
      type: 'SightlineWarning',
      code: 'SIGHTLINE_LOKI_REJECTED',
    });
    warn.mockRestore();
  });

  it('warns of all wrong options at once and takes the defaults, but not for the host', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const wrong = { batching: { interval: -1 }, hostname: 'x' } as object;
    const stream = lokiTransport({ host: loki.url, ...wrong });
    stream.end(line({ n: 3 }));
    await once(stream, 'close');
    expect(numbers(loki.lines())).toEqual([3]);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/interval[^]*hostname|hostname[^]*interval/),
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
    warn.mockRestore();
    expect(() => lokiTransport({ host: 'ftp://x' })).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS' }),
    );
  });
});
