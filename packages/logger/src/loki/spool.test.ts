/* oxlint-disable no-await-in-loop -- what is tested is one thing after the other */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { type FakeLoki, startFakeLoki } from './fake-loki.ts';
import { createLokiSink } from './sink.ts';
import { createHarness, line, numbers, range, type SinkHarness } from './sink-harness.ts';

let loki: FakeLoki;
let directory: string;
const harnesses: SinkHarness[] = [];
const harness: typeof createHarness = (target, options, clock) => {
  const made = createHarness(target, { spool: { directory }, ...options }, clock);
  harnesses.push(made);
  return made;
};
const writeNumbered = ({ sink }: SinkHarness, count: number, from = 0): void => {
  for (const n of range(count)) sink.write(line({ n: from + n }));
};
const files = (): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(directory, name)).isFile(),
  );
const segments = (): string[] =>
  files()
    .filter((name) => name.endsWith('.seg'))
    .toSorted();

beforeEach(async () => {
  loki = await startFakeLoki();
  directory = join(mkdtempSync(join(tmpdir(), 'loki-spool-')), 'spool');
});
afterEach(async () => {
  for (const made of harnesses.splice(0)) await made.resolved(made.sink.close(0));
  await loki.stop();
  rmSync(join(directory, '..'), { recursive: true, force: true });
});

describe('createLokiSink with a spool', () => {
  it('delivers every one of 1,000 lines a second through an outage of 60 s, in order', async () => {
    const made = harness(loki, { batching: { interval: 1, maxBufferSize: 1_000 } });
    let n = 0;
    const second = async (): Promise<void> => {
      for (let chunk = 0; chunk < 20; chunk += 1) {
        let lines = '';
        for (let each = 0; each < 50; each += 1) lines += line({ n: n++, time: made.clock.now() });
        made.sink.write(lines);
      }
      await made.pass(1_000);
    };
    for (let each = 0; each < 5; each += 1) await second();
    const before = made.sink.stats().sent;
    expect(before).toBeGreaterThan(2_000);
    await loki.stop();
    for (let each = 0; each < 60; each += 1) await second();
    expect(made.sink.stats().queued).toBeGreaterThanOrEqual(60_000);
    await loki.start();
    for (let each = 0; each < 5; each += 1) await second();
    await made.until(() => made.sink.stats().queued === 0);

    expect(made.sink.stats()).toMatchObject({ written: 70_000, sent: 70_000, dropped: 0 });
    expect(numbers(loki.lines())).toEqual(range(70_000));
    const times = [...loki.streams.values()].flat().map(({ time }) => BigInt(time));
    expect(times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0n))).toBe(true);
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_UNREACHABLE', 'SIGHTLINE_LOKI_UNREACHABLE']);
  });

  it('hands every line that a killed process had spooled to the next one, at most one push of them twice', async () => {
    // Ten pushes are stored; the eleventh is stored and never answered.
    loki.behave(() => (loki.pushes.length <= 10 ? { kind: 'store' } : { kind: 'hang-in-body' }));
    const child = spawn(
      process.execPath,
      [
        '--conditions=@sightline/source',
        fileURLToPath(new URL('spool-writer.fixture.ts', import.meta.url)),
        loki.url,
        directory,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let taken = 0;
    await new Promise<void>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', () => resolve());
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        taken = Number(text.trim().split('\n').at(-1));
        if (loki.hanging === 1 && taken >= 2_000) child.kill('SIGKILL');
      });
    });
    expect(child.signalCode).toBe('SIGKILL');
    const deliveredBefore = numbers(loki.lines());
    const unanswered = loki.pushes.at(-1)?.lines ?? 0;
    loki.behave({ kind: 'store' });

    const made = harness(loki, {}, createFakeClock(Date.now()));
    await made.until(() => made.sink.stats().queued === 0);
    const arrived = numbers(loki.lines());
    const distinct = new Set(arrived);
    expect(distinct.size).toBeGreaterThanOrEqual(taken);
    expect([...distinct]).toEqual(range(distinct.size));
    expect(arrived.length - distinct.size).toBe(unanswered);
    expect(arrived.slice(deliveredBefore.length)[0]).toBe(deliveredBefore.length - unanswered);
    // The same times again: Loki keeps one of the two.
    const stored = [...loki.streams.values()].flat();
    expect(new Set(stored.map(({ time, line: text }) => time + text)).size).toBe(distinct.size);
    expect(made.sink.stats().dropped).toBe(0);
    await made.resolved(made.sink.close(1_000));
    expect(files()).toEqual([]);
  }, 60_000);

  it('has the lines of a process that was killed before its thread was there', async () => {
    loki.behave({ kind: 'store' });
    const fixture = fileURLToPath(new URL('early-killed.fixture.ts', import.meta.url));
    const args = ['--conditions=@sightline/source', fixture, loki.url, directory, '19'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
    await once(child, 'exit');
    expect(child.signalCode).toBe('SIGKILL');
    const made = harness(loki, {}, createFakeClock(Date.now()));
    await made.until(() => made.sink.stats().queued === 0);
    expect([...new Set(numbers(loki.lines()))]).toEqual(range(95));
    await made.resolved(made.sink.close(1_000));
    expect(files()).toEqual([]);
  }, 60_000);

  it('leaves nothing on disk when all was delivered', async () => {
    const made = harness(loki);
    writeNumbered(made, 10);
    expect(segments()).toHaveLength(1);
    expect(made.sink.stats().spoolBytes).toBeGreaterThan(500);
    await made.resolved(made.sink.close(1_000));
    expect(numbers(loki.lines())).toEqual(range(10));
    expect(files()).toEqual([]);
  });

  it('keeps files to their owner', async () => {
    const made = harness(loki);
    writeNumbered(made, 1);
    expect(files().map((name) => statSync(join(directory, name)).mode & 0o777)).toEqual([
      0o600, 0o600, 0o600,
    ]);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
  });

  it('keeps what a deadline left for the next start, and counts it as queued', async () => {
    await loki.stop();
    const first = harness(loki);
    writeNumbered(first, 100);
    await first.resolved(first.sink.close(1_000));
    expect(first.sink.stats()).toMatchObject({ written: 100, sent: 0, dropped: 0, queued: 100 });

    await loki.start();
    const second = harness(loki);
    expect(second.sink.stats()).toMatchObject({ written: 100, queued: 100 });
    writeNumbered(second, 10, 100);
    await second.resolved(second.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(110));
    expect(second.sink.stats()).toMatchObject({ written: 110, sent: 110, queued: 0 });
  });

  it('lets two sinks share the directory, each with its own lines', async () => {
    await loki.stop();
    const one = harness(loki);
    const two = harness(loki);
    writeNumbered(one, 50);
    writeNumbered(two, 50, 50);
    await loki.start();
    await one.resolved(one.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(50));
    await two.resolved(two.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(100));
  });

  it('takes over what a process on another machine left, once that has been silent for 2 minutes', async () => {
    await loki.stop();
    const first = harness(loki);
    writeNumbered(first, 20);
    await first.resolved(first.sink.close(0));
    await loki.start();
    const clock = createFakeClock(Date.now());
    const [id] = readdirSync(directory);
    writeFileSync(
      join(directory, `${id}.owner`),
      JSON.stringify({ host: 'elsewhere', pidNamespace: 'pid:[1]', pid: 1, startedAt: '5' }),
    );
    const second = harness(loki, {}, clock);
    expect(second.sink.stats().queued).toBe(0);
    clock.advance(110_000);
    expect(second.sink.stats().queued).toBe(0);
    await second.until(() => second.sink.stats().sent === 20);
    expect(numbers(loki.lines())).toEqual(range(20));
  });

  it('loses the record alone that was torn when a process died, and counts it', async () => {
    await loki.stop();
    const first = harness(loki);
    writeNumbered(first, 20);
    await first.resolved(first.sink.close(0));
    await loki.start();
    appendFileSync(join(directory, segments()[0] ?? ''), Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 123, 34]));
    const second = harness(loki);
    expect(second.sink.stats()).toMatchObject({ written: 21, dropped: 1, queued: 20 });
    expect(second.codes()).toEqual(['SIGHTLINE_LOKI_SPOOL']);
    await second.resolved(second.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(20));
  });

  it('sends the lines before damage in a segment, counts those after it, and goes on', async () => {
    await loki.stop();
    const made = harness(loki);
    writeNumbered(made, 20);
    const path = join(directory, segments()[0] ?? '');
    const size = statSync(path).size;
    const { openSync, writeSync, closeSync } = await import('node:fs');
    const file = openSync(path, 'r+');
    writeSync(file, 'garbage', Math.floor(size / 2));
    closeSync(file);
    writeNumbered(made, 10, 20);
    await loki.start();
    await made.until(() => made.sink.stats().queued === 0);
    const { sent, dropped } = made.sink.stats();
    expect(sent + dropped).toBe(30);
    expect(numbers(loki.lines())).toEqual(range(sent));
    expect(sent).toBeGreaterThan(8);
    expect(made.codes()).toContain('SIGHTLINE_LOKI_SPOOL');
    expect(made.codes()).not.toContain('SIGHTLINE_LOKI_DROPPED');
  });

  it('drops the oldest segment past maxBytes, counts exactly, and says so', async () => {
    await loki.stop();
    const made = harness(loki, { spool: { directory, maxBytes: 64 * 1024 } });
    for (const n of range(2_000)) {
      made.sink.write(line({ n }));
      expect(made.sink.stats().spoolBytes).toBeLessThanOrEqual(64 * 1024);
    }
    expect(made.sink.stats().spoolLimitBytes).toBe(64 * 1024);
    const onDisk = files().reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
    expect(onDisk).toBeLessThan(65 * 1024);
    const { queued, dropped } = made.sink.stats();
    expect(queued + dropped).toBe(2_000);
    expect(queued).toBeGreaterThan(300);
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_DROPPED']);
    await loki.start();
    await made.until(() => made.sink.stats().queued === 0);
    expect(numbers(loki.lines())).toEqual(range(2_000).slice(dropped));
  });

  it('counts exactly when the segment that is being sent is dropped for room', async () => {
    const made = harness(loki, { spool: { directory, maxBytes: 64 * 1024 } });
    loki.behave({ kind: 'hang-before-headers' });
    writeNumbered(made, 20);
    void made.sink.flush();
    await made.until(() => loki.hanging === 1);
    writeNumbered(made, 2_000, 20);
    loki.behave({ kind: 'store' });
    await made.until(() => made.sink.stats().queued === 0);
    const { sent, dropped } = made.sink.stats();
    expect(sent + dropped).toBe(2_020);
    const arrived = numbers(loki.lines());
    expect(arrived).toEqual([...range(20), ...range(2_020).slice(20 + dropped)]);
    expect(arrived).toHaveLength(sent);
  });

  it('falls back to memory with one report when the directory cannot be made', async () => {
    writeFileSync(directory, 'a file stands in the way');
    const made = harness(loki);
    writeNumbered(made, 10);
    await made.resolved(made.sink.flush());
    await made.pass(30_000);
    writeNumbered(made, 10, 10);
    await made.resolved(made.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(20));
    expect(made.codes()).toEqual(['SIGHTLINE_LOKI_SPOOL']);
    rmSync(directory);
  });

  it('keeps order when the directory goes away in the middle, counts what it held, and comes back to disk', async () => {
    await loki.stop();
    const made = harness(loki);
    writeNumbered(made, 10);
    rmSync(directory, { recursive: true });
    await made.pass(25_000);
    expect(made.sink.stats()).toMatchObject({ dropped: 10, queued: 0 });
    writeNumbered(made, 10, 10);
    expect(segments()).toHaveLength(1);
    await loki.start();
    await made.resolved(made.sink.flush());
    expect(numbers(loki.lines())).toEqual(range(20).slice(10));
  });

  it('survives other things in the directory', async () => {
    mkdirSync(join(directory, 'lost+found'), { recursive: true });
    mkdirSync(join(directory, '1-000000000000'));
    writeFileSync(join(directory, '1-000000000000', 'cursor'), 'short');
    writeFileSync(join(directory, 'notes.txt'), '');
    chmodSync(join(directory, 'lost+found'), 0);
    const made = harness(loki);
    writeNumbered(made, 5);
    await made.resolved(made.sink.close(1_000));
    expect(numbers(loki.lines())).toEqual(range(5));
    expect(readdirSync(directory).toSorted()).toEqual(['lost+found', 'notes.txt']);
    expect(made.problems).toEqual([]);
    chmodSync(join(directory, 'lost+found'), 0o700);
  });

  it.skipIf(process.env['SIGHTLINE_LONG_TESTS'] !== 'true')(
    'delivers every one of 1,000 lines a second through an outage of 60 s by the real clock, in little memory',
    async () => {
      const problems: string[] = [];
      const sink = createLokiSink(
        { host: loki.url, batching: { interval: 1 }, spool: { directory } },
        ({ code }) => problems.push(code),
      );
      let n = 0;
      const log = async (seconds: number): Promise<void> => {
        const endMs = performance.now() + seconds * 1_000;
        while (performance.now() < endMs) {
          let lines = '';
          for (let each = 0; each < 10; each += 1) lines += line({ n: n++, time: Date.now() });
          sink.write(lines);
          await delay(10);
        }
      };
      await log(3);
      await loki.stop();
      await log(30);
      globalThis.gc?.();
      const earlyBytes = process.memoryUsage().heapUsed;
      await log(30);
      globalThis.gc?.();
      const grownBytes = process.memoryUsage().heapUsed - earlyBytes;
      await loki.start();
      await log(3);
      await sink.close(60_000);
      expect(n).toBeGreaterThan(50_000);
      expect(sink.stats()).toMatchObject({ written: n, sent: n, dropped: 0, queued: 0 });
      expect(numbers(loki.lines())).toEqual(range(n));
      expect(problems).toEqual(['SIGHTLINE_LOKI_UNREACHABLE', 'SIGHTLINE_LOKI_UNREACHABLE']);
      // Half of what was written meanwhile would be 3 MB.
      expect(grownBytes).toBeLessThan(3_000_000);
    },
    150_000,
  );

  it('sends again, after the end came between the streams of one batch, what had not arrived', async () => {
    const first = harness(loki);
    for (const n of range(40)) first.sink.write(line({ n, level: n % 2 === 0 ? 30 : 50 }));
    loki.behave(({ streams: [labels] }) =>
      labels?.['level'] === 'info' ? { kind: 'store' } : { kind: 'hang-before-headers' },
    );
    first.clock.advance(5_000);
    await first.until(() => loki.hanging === 1);
    await first.resolved(first.sink.close(0));
    expect(first.sink.stats()).toMatchObject({ written: 40, sent: 20, dropped: 0, queued: 20 });

    loki.behave({ kind: 'store' });
    const second = harness(loki);
    await second.resolved(second.sink.flush());
    expect(new Set(numbers(loki.lines()))).toEqual(new Set(range(40)));
    expect(segments()).toEqual([]);
  });
});
