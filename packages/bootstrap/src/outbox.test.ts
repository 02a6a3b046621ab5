import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Config } from './config/config.ts';
import { startOtlpReceiver } from './otlp/otlp-receiver.fixture.ts';
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
  vi.spyOn(fs, 'writeSync').mockImplementation((fd, text) => {
    if (fd === 2) written.push(text);
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

  it('sends log lines and metrics where they are pushed, and says how each fares', async () => {
    const receiver = await startOtlpReceiver();
    const otlp = {
      headers: {},
      protocol: 'http/protobuf',
      compression: 'none',
      timeoutMs: 5_000,
    };
    const outbox = createOutbox(
      {
        logs: {
          push: true,
          otlp: { ...otlp, url: `${receiver.url}/v1/logs` },
          batch: { maxQueueSize: 100, maxExportBatchSize: 100, scheduleDelayMs: 60_000 },
          limits: { attributeCount: 1, attributeValueLength: 2 },
        },
        metrics: { push: true, otlp: { ...otlp, url: `${receiver.url}/v1/metrics` }, intervalMs: 60_000 },
        traces: { enabled: false },
      } as unknown as Config,
      resourceFromAttributes({}),
      () => undefined,
    );
    outbox.logs?.write('{"msg":"a","x":"long","y":1}\n{"msg":"b"}\n');
    const series = [{ labelValues: [], value: 1 }];
    const definition = { name: 'x', type: 'gauge', unit: '', help: '', labels: [], seriesBound: 1 };
    const metrics = { snapshot: () => Promise.resolve([{ definition, series }]) };
    outbox.begin({ metrics } as unknown as Parameters<typeof outbox.begin>[0]);
    expect(Object.keys(outbox.signals)).toEqual(['logs', 'metrics']);
    expect(outbox.stats()).toMatchObject({ logs: { queued: 2 }, metrics: { queued: 0 } });
    await outbox.flush(10_000);
    expect(receiver.logs()).toMatchObject([
      { body: 'a', attributes: { x: 'lo' }, droppedAttributesCount: 1 },
      { body: 'b', attributes: {}, droppedAttributesCount: 0 },
    ]);
    expect(receiver.metrics().map(({ name }) => name)).toEqual(['x']);
    expect(outbox.signals.logs?.()).toMatchObject({ queued: 0, exported: 2 });
    await outbox.shutdown(1_000);
    outbox.logs?.write('{"msg":"late"}\n');
    await outbox.flush(0);
    expect(outbox.stats()).toMatchObject({ logs: { dropped: { deadline: 1 } } });
    await receiver.close();
  });

  it('flushes and ends span processors also where spans are sent nowhere, and counts no exports of them', async () => {
    const tracing = {
      stats: () => ({ queued: 0, dropped: { deadline: 0 } }),
      flush: vi.fn<() => Promise<void>>(() => Promise.resolve()),
      shutdown: vi.fn<() => Promise<void>>(() => Promise.resolve()),
      drain: () => [],
    };
    const config = { logs: { push: false }, metrics: { push: false }, traces: { enabled: false } };
    const outbox = createOutbox(config as Config, resourceFromAttributes({}), () => undefined);
    outbox.begin({ tracing, metrics: {}, hasProcessors: true } as unknown as Parameters<
      typeof outbox.begin
    >[0]);
    await outbox.flush(100);
    outbox.flushSync(100);
    await outbox.shutdown(100);
    expect(tracing.flush).toHaveBeenCalledWith(100);
    expect(tracing.shutdown).toHaveBeenCalledWith(100);
    expect(outbox.signals).toEqual({});
  });

  it('takes no log lines where they are not pushed', () => {
    expect(outboxThatLoses(0).logs).toBeUndefined();
  });

  it('goes on when nobody reads stderr either', () => {
    stderrOf(() => {
      throw new Error('EPIPE');
    });
    expect(() => outboxThatLoses(1).flushSync(100)).not.toThrow();
  });
});
