import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { processStdout } from './process-stdout.ts';

/** Takes texts, and says that they are written when it is told to. */
function setUp() {
  const texts: string[] = [];
  const written: (() => void)[] = [];
  const destination = processStdout((text, done) => {
    texts.push(text);
    written.push(done);
  });
  onTestFinished(() => {
    written.forEach((done) => done());
    return destination.close();
  });
  return { destination, texts, written };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('processStdout', () => {
  it('writes the lines of a turn at once', async () => {
    const { destination, texts } = setUp();
    destination.write('a\n');
    destination.write('b\n');
    expect(destination.stats()).toMatchObject({ queued: 2, sent: 0 });
    await turn();
    destination.write('c\n');
    await turn();
    expect(texts).toEqual(['a\nb\n', 'c\n']);
    expect(destination.stats()).toEqual({ queued: 0, sent: 3, dropped: 0, bytes: 6, retried: 0 });
  });

  it('writes what comes while a test has fake timers, and what comes after them', async () => {
    const { destination, texts } = setUp();
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    destination.write('a\n');
    vi.useRealTimers();
    await turn();
    destination.write('b\n');
    await turn();
    expect(texts).toEqual(['a\n', 'b\n']);
  });

  it('flushes when all is written', async () => {
    const { destination, texts, written } = setUp();
    destination.write('a\n');
    await turn();
    written[0]?.();
    destination.write('b\n');
    const done = vi.fn<() => void>();
    destination.flush(done);
    expect(texts).toEqual(['a\n', 'b\n']);
    expect(done).not.toHaveBeenCalled();
    written[1]?.();
    expect(done).toHaveBeenCalledTimes(1);
  });

  it('waits no longer than a moment for one that never says that it has written', async () => {
    const { destination } = setUp();
    destination.write('a\n');
    await new Promise<void>((resolve) => destination.flush(() => resolve()));
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 1 });
  });

  it('drops and counts lines while too much waits to be written', () => {
    const { destination, written } = setUp();
    destination.write('a\n');
    destination.flushSync();
    written[0]?.();
    destination.write(`${'x'.repeat(17 * 1024 * 1024)}\n`);
    destination.write('b\n');
    destination.flushSync();
    expect(destination.stats()).toMatchObject({ sent: 2, dropped: 1 });
    written[1]?.();
    destination.write('c\n');
    destination.flushSync();
    expect(destination.stats()).toMatchObject({ sent: 3, dropped: 1 });
  });

  it('counts what was refused, and never throws', () => {
    const destination = processStdout(() => {
      throw new Error('closed');
    });
    destination.write('a\n');
    destination.flushSync();
    expect(destination.stats()).toMatchObject({ queued: 0, sent: 0, dropped: 1 });
    return destination.close();
  });
});
