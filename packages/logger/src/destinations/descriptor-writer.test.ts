import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDescriptorWriter } from './descriptor-writer.ts';
import { countLines } from './lines.ts';

/** A pipe of which the test decides how much it takes, and how it fails. */
function fakePipe() {
  const state = {
    room: Infinity,
    failures: [] as string[],
    nowMs: 0,
    written: Buffer.alloc(0),
    /** Bytes of each try. */
    writes: [] as number[],
  };
  return {
    state,
    text: () => state.written.toString('utf8'),
    io: {
      writeSync(_fd: number, bytes: Buffer, offset: number, length: number) {
        state.writes.push(length);
        const code = state.failures.shift() ?? (state.room === 0 ? 'EAGAIN' : undefined);
        if (code) throw Object.assign(new Error(code), { code });
        const taken = Math.min(state.room, length);
        state.room -= taken;
        state.written = Buffer.concat([state.written, bytes.subarray(offset, offset + taken)]);
        return taken;
      },
      sleepSync: (ms: number) => void (state.nowMs += ms),
      now: () => state.nowMs,
    },
  };
}

function setUp(maxBufferBytes = 64 * 1024, isShared = false) {
  const pipe = fakePipe();
  const gone: string[] = [];
  const writer = createDescriptorWriter(
    {
      fd: 1,
      maxBufferBytes,
      droppedLine: (lines) => `dropped ${lines}\n`,
      onGone: (code) => gone.push(code),
      isShared: () => isShared,
    },
    pipe.io,
  );
  const take = (text: string): void => writer.take(text, countLines(text));
  return { ...pipe, writer, take, gone };
}

describe('createDescriptorWriter', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes on at the byte where a write stopped, in the middle of a character too', () => {
    const { state, take, text, writer } = setUp();
    state.room = 2;
    take('größe €\n');
    take('😀\n');
    while (writer.counts.queued > 0) {
      state.room = 1;
      vi.advanceTimersToNextTimer();
    }
    expect(text()).toBe('größe €\n😀\n');
    expect(writer.counts).toMatchObject({ sent: 2, dropped: 0, bytes: Buffer.byteLength('größe €\n😀\n') });
  });

  it('drops whole lines past maxBufferBytes and tells how many once the reader is back', () => {
    const { state, take, text, writer } = setUp(100);
    state.room = 0;
    const line = `${'x'.repeat(39)}\n`;
    for (let written = 0; written < 5; written += 1) take(line);
    expect(writer.counts).toMatchObject({ queued: 2, dropped: 3 });
    state.room = Infinity;
    vi.advanceTimersToNextTimer();
    expect(text()).toBe(`${line}${line}dropped 3\n`);
    take('after\n');
    expect(text()).toBe(`${line}${line}dropped 3\nafter\n`);
    expect(writer.counts).toMatchObject({ queued: 0, sent: 3, dropped: 3 });
  });

  it('tells of dropped lines later when the reader stalls again meanwhile', () => {
    const { state, take, text } = setUp(50);
    state.room = 0;
    take(`${'x'.repeat(39)}\n`);
    take(`${'y'.repeat(39)}\n`);
    state.room = 40;
    vi.advanceTimersToNextTimer();
    expect(text()).not.toContain('dropped');
    state.room = Infinity;
    vi.advanceTimersToNextTimer();
    expect(text()).toBe(`${'x'.repeat(39)}\ndropped 1\n`);
  });

  it('writes whole lines of at most 4,096 bytes together where others write there as well, and a longer one by itself', () => {
    const lines = [...Array.from({ length: 9 }, () => 1000), 5000, 100, 4096, 10].map(
      (length) => `${'x'.repeat(length - 1)}\n`,
    );
    const shared = setUp(64 * 1024, true);
    shared.take(lines.join(''));
    expect(shared.state.writes).toEqual([4000, 4000, 1000, 5000, 100, 4096, 10]);
    expect(shared.text()).toBe(lines.join(''));
    expect(shared.writer.counts).toMatchObject({ sent: 13, queued: 0, bytes: 18_206 });

    const slow = setUp(64 * 1024, true);
    slow.state.room = 4000;
    slow.take(lines.join(''));
    expect(slow.text()).toBe(lines.slice(0, 4).join(''));
    slow.state.room = Infinity;
    vi.advanceTimersToNextTimer();
    expect(slow.text()).toBe(lines.join(''));
    expect(slow.writer.counts).toMatchObject({ sent: 13, queued: 0 });

    const alone = setUp();
    alone.take(lines.join(''));
    expect(alone.state.writes).toEqual([18_206]);
  });

  it('ends a line that has begun even if its rest is longer than maxBufferBytes', () => {
    const { state, take, text } = setUp(10);
    state.room = 5;
    take(`${'x'.repeat(100)}\n`);
    state.room = Infinity;
    vi.advanceTimersToNextTimer();
    expect(text()).toBe(`${'x'.repeat(100)}\n`);
  });

  it.each(['EPIPE', 'EBADF', 'ECONNRESET'])('counts all as dropped after %s and never throws', (code) => {
    const { state, take, writer, gone } = setUp();
    state.room = 3;
    take('a\nb\nc\n');
    state.failures.push(code);
    vi.advanceTimersToNextTimer();
    take('d\n');
    expect(writer.counts).toMatchObject({ queued: 0, sent: 1, dropped: 3 });
    expect(gone).toEqual([code]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('tries at once again after EINTR', () => {
    const { state, take, text } = setUp();
    state.failures.push('EINTR', 'EINTR');
    take('a\n');
    expect(text()).toBe('a\n');
  });

  it('keeps lines through a full disk and writes them when there is room', () => {
    const { state, take, text, writer } = setUp();
    state.failures.push(...Array.from({ length: 20 }, () => 'ENOSPC'));
    take('a\n');
    take('b\n');
    vi.advanceTimersByTime(60_000);
    expect(text()).toBe('a\nb\n');
    expect(writer.counts).toMatchObject({ sent: 2, dropped: 0, retried: 20 });
  });

  it('does not wait for a full disk at exit', () => {
    const { state, take, writer } = setUp();
    state.failures.push('ENOSPC', 'ENOSPC');
    take('a\n');
    writer.drainSync(5000);
    expect(state.nowMs).toBe(0);
  });

  it('waits at exit for a reader that stalls, no longer than the deadline', () => {
    const { state, take, writer } = setUp();
    state.room = 0;
    take('a\n');
    writer.drainSync(500);
    expect(state.nowMs).toBe(500);
    expect(writer.counts.queued).toBe(1);
  });

  it('calls back when what was written before has left, not what came after', () => {
    const { state, take, writer } = setUp();
    const drained = vi.fn<() => void>();
    state.room = 0;
    take('a\n');
    state.room = 1;
    vi.advanceTimersToNextTimer();
    writer.onDrained(drained);
    take('b\n');
    state.room = 1;
    vi.advanceTimersToNextTimer();
    expect(drained).toHaveBeenCalledTimes(1);
    expect(writer.counts.queued).toBe(1);
  });

  it('counts each line once and tears none, whatever the reader does', () => {
    const steps = fc.array(
      fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 40 }), room: fc.nat(60) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, (given) => {
        const { state, take, text, writer } = setUp(200);
        let taken = 0;
        for (const step of given) {
          state.room = step.room;
          take(`${step.text.replaceAll('\n', ' ')}|\n`);
          taken += 1;
          const { queued, sent, dropped } = writer.counts;
          expect(queued + sent + dropped).toBe(taken);
          if (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();
        }
        state.room = Infinity;
        vi.runAllTimers();
        const lines = text().split('\n').slice(0, -1);
        const told = lines.filter((line) => line.startsWith('dropped '));
        expect(lines.length - told.length).toBe(writer.counts.sent);
        expect(told.reduce((sum, line) => sum + Number(line.slice(8)), 0)).toBe(writer.counts.dropped);
        for (const line of lines) expect(line).toMatch(/\|$|^dropped \d+$/u);
      }),
      { numRuns: 200 },
    );
  });

  it('writes a turn that is larger than its own memory for it, whole', () => {
    const { take, text, writer } = setUp();
    const long = `${'ä'.repeat(300_000)}\n`;
    take(long);
    expect(text()).toBe(long);
    expect(writer.counts).toMatchObject({ queued: 0, sent: 1, dropped: 0 });
  });

  it('ends the word of what was dropped, when only a part of it had room', () => {
    const { state, take, text, writer } = setUp(1);
    state.room = 0;
    take('aaaa\n');
    take('bbbb\n');
    expect(writer.counts.dropped).toBe(2);
    state.room = 4;
    vi.advanceTimersToNextTimer();
    expect(text()).toBe('drop');
    while (!text().endsWith('\n')) {
      state.room = 1;
      vi.advanceTimersToNextTimer();
    }
    expect(text()).toBe('dropped 2\n');
  });

  it('waits a little again after each byte that a slow reader took, until all has left', () => {
    const { state, take, text, writer, io } = setUp();
    state.room = 1;
    take('abcdef\n');
    const slept: number[] = [];
    const sleep = io.sleepSync;
    io.sleepSync = (ms) => {
      slept.push(ms);
      sleep(ms);
      if (slept.length % 3 === 0) state.room = 3;
    };
    writer.drainSync(1000);
    expect(text()).toBe('abcdef\n');
    expect(slept).toEqual([2, 4, 8, 1, 2, 4]);
  });
});
