import type { DestinationStats } from '@sightline/logger';
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
  let redactionFailures: Record<string, number> = { badge: 0 };
  let loki: DestinationStats | undefined;
  const logger: SelfStats['logger'] = () => ({
    redacted: { key: 2 },
    redactionFailures,
    lines,
    lost: 1,
    destination: undefined,
    destinations: {
      stdout: { queued: 4, sent: 5, dropped: 6, retried: 0, bytes: 700 },
      otlp: { queued: 7, sent: 8, dropped: 9, retried: 0, bytes: 0 },
      // Of this logger alone; that of all loggers counts.
      loki: { queued: 1, sent: 1, dropped: 1, retried: 0, bytes: 1 },
    },
  });
  const stop = observeSelf(metrics.registry, {
    logger,
    stream: 'stdout',
    loki: () => loki,
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
    set(more: {
      traces?: ExportStats;
      lines?: { info: number };
      redactionFailures?: Record<string, number>;
      loki?: DestinationStats;
    }) {
      traces = more.traces ?? traces;
      lines = more.lines ?? lines;
      redactionFailures = more.redactionFailures ?? redactionFailures;
      loki = more.loki ?? loki;
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
      'sightline_log_lines_queued{destination="otlp"} 7',
      'sightline_log_lines_dropped_total{destination="stdout",reason="full"} 6',
      'sightline_log_lines_dropped_total{destination="stdout",reason="failed"} 1',
      'sightline_log_lines_dropped_total{destination="otlp",reason="full"} 9',
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

  it('counts failures of redaction rules, from 0 on', async () => {
    const { page, set } = setup();
    expect(await page()).toContain('sightline_redaction_failures_total{rule="badge"} 0\n');
    set({ redactionFailures: { badge: 3 } });
    expect(await page()).toContain('sightline_redaction_failures_total{rule="badge"} 3\n');
  });

  it('shows the lines for Loki of every logger: what it refused, from 0 on, and how full the spool is', async () => {
    const { page, set } = setup();
    expect(await page()).not.toContain('destination="loki"');
    const loki = { queued: 8, sent: 5, dropped: 2, rejected: 0, retried: 1, bytes: 700 };
    set({ loki: { ...loki, spoolBytes: 900, spoolLimitBytes: 1_000 } });
    expect(await page()).toContain('sightline_log_lines_rejected_total{destination="loki"} 0\n');
    set({ loki: { ...loki, dropped: 6, rejected: 4, spoolBytes: 950, spoolLimitBytes: 1_000 } });
    const text = await page();
    for (const sample of [
      'sightline_log_lines_queued{destination="loki"} 8',
      'sightline_log_lines_rejected_total{destination="loki"} 4',
      'sightline_log_lines_dropped_total{destination="loki",reason="rejected"} 4',
      'sightline_log_lines_dropped_total{destination="loki",reason="full"} 2',
      'sightline_log_spool_bytes{destination="loki"} 950',
      'sightline_log_spool_limit_bytes{destination="loki"} 1000',
    ])
      expect(text).toContain(`${sample}\n`);
    expect(text).not.toContain('spool_bytes{destination="stdout"}');
  });

  it('says nothing of lines that wait where lines go to somebody else', async () => {
    const metrics = createMetrics();
    observeSelf(metrics.registry, {
      logger: () => ({
        redacted: {},
        redactionFailures: {},
        lines: { info: 1 },
        lost: 2,
        destination: undefined,
        destinations: {},
      }),
      stream: 'other',
      loki: () => undefined,
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
