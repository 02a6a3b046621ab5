import { createMetrics } from '@sightline/metrics';
import { describe, expect, it } from 'vitest';
import type { ExportStats } from './otlp/sender.ts';
import { observeSelf } from './self-metrics.ts';
import type { SelfStats } from './self-metrics.ts';

const idle: ExportStats = {
  queued: 0,
  exported: 0,
  dropped: { full: 0, rejected: 0, deadline: 0, failed: 0, not_held: 0 },
  failures: { unreachable: 0, timeout: 0, rejected: 0, rate_limited: 0, unauthorized: 0, other: 0 },
  lastSuccessTimeMs: undefined,
  lastError: undefined,
};

function setup() {
  const metrics = createMetrics();
  let traces = idle;
  let lines = { info: 3 };
  const logger: SelfStats['logger'] = () => ({
    redacted: { key: 2 },
    lines,
    lost: 1,
    destination: { queued: 4, sent: 5, dropped: 6, retried: 0, bytes: 700 },
  });
  const stop = observeSelf(metrics.registry, {
    logger,
    destination: 'stdout',
    exports: { traces: () => traces },
    optionProblems: 2,
    startedMs: 1_250,
  });
  const page = async (): Promise<string> => {
    let text = '';
    for await (const part of metrics.page().body) text += part;
    return text;
  };
  return {
    page,
    stop,
    set(more: { traces?: ExportStats; lines?: { info: number } }) {
      traces = more.traces ?? traces;
      lines = more.lines ?? lines;
    },
  };
}

describe('observeSelf', () => {
  it('shows what the parts count when the page is read, zeros too', async () => {
    const { page } = setup();
    const text = await page();
    for (const sample of [
      'sightline_option_problems 2',
      'sightline_log_lines_total{level="info"} 3',
      'sightline_log_lines_queued{destination="stdout"} 4',
      'sightline_export_queued_items{signal="traces"} 0',
      'sightline_export_dropped_items_total{signal="traces",reason="full"} 0',
    ])
      expect(text).toContain(`${sample}\n`);
  });

  it('counts from the start on how long no export has succeeded', async () => {
    expect(await setup().page()).toContain(
      'sightline_export_last_success_timestamp_seconds{signal="traces"} 1.25\n',
    );
  });

  it('brings counters to the totals, however often the page is read', async () => {
    const { page, set } = setup();
    await page();
    await page();
    set({ traces: { ...idle, exported: 7, lastSuccessTimeMs: 1_500 }, lines: { info: 10 } });
    await page();
    const text = await page();
    expect(text).toContain('sightline_export_items_total{signal="traces"} 7\n');
    expect(text).toContain('sightline_log_lines_total{level="info"} 10\n');
    expect(text).toContain('sightline_export_last_success_timestamp_seconds{signal="traces"} 1.5\n');
  });

  it('says nothing of lines that wait where lines go to somebody else', async () => {
    const metrics = createMetrics();
    observeSelf(metrics.registry, {
      logger: () => ({ redacted: {}, lines: { info: 1 }, lost: 2, destination: undefined }),
      destination: 'other',
      exports: {},
      optionProblems: 0,
      startedMs: 0,
    });
    let text = '';
    for await (const part of metrics.page().body) text += part;
    expect(text).toContain('sightline_log_lines_dropped_total{destination="other",reason="failed"} 2\n');
    expect(text).not.toContain('sightline_log_lines_queued{');
  });

  it('asks nobody once it has let go', async () => {
    const { page, set, stop } = setup();
    await page();
    stop();
    set({ lines: { info: 99 } });
    expect(await page()).toContain('sightline_log_lines_total{level="info"} 3\n');
  });
});
