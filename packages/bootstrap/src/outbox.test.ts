import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Config } from './config/config.ts';
import { createOutbox } from './outbox.ts';

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** An outbox with traces alone, of which some run out of time when all are drained. */
function outboxThatLoses(lost: number) {
  const stats = { queued: 0, dropped: { deadline: 5 } };
  const tracing = {
    stats: () => stats,
    drain() {
      stats.dropped.deadline += lost;
      return [];
    },
  };
  const config = { logs: { push: false }, metrics: { push: false }, traces: { enabled: true } };
  const outbox = createOutbox(config as Config, resourceFromAttributes({}), () => undefined);
  outbox.begin({ tracing, metrics: {} } as unknown as Parameters<typeof outbox.begin>[0]);
  return outbox;
}

function stderrOf(write: (text: string) => number = () => 0): string[] {
  const written: string[] = [];
  vi.spyOn(fs, 'writeSync').mockImplementation((_fd, text) => {
    written.push(text);
    return write(text);
  });
  syncBuiltinESMExports();
  return written;
}

describe('createOutbox', () => {
  it.each([
    { lost: 0, said: [] },
    { lost: 1, said: ['1 span, point or record was not delivered before the process ended.'] },
    { lost: 7, said: ['7 spans, points or records were not delivered before the process ended.'] },
  ])('says at the very end that $lost were lost then, and not what was lost before', ({ lost, said }) => {
    const written = stderrOf();
    outboxThatLoses(lost).flushSync(100);
    expect(written).toEqual(said.map((each) => `(node:${process.pid}) SightlineWarning: ${each}\n`));
  });

  it('goes on when nobody reads stderr either', () => {
    stderrOf(() => {
      throw new Error('EPIPE');
    });
    expect(() => outboxThatLoses(1).flushSync(100)).not.toThrow();
  });
});
