import { writeSync } from 'node:fs';
import type { Resource } from '@opentelemetry/resources';
import type { Destination } from '@sightline/logger';
import type { Metrics } from '@sightline/metrics';
import type { Config } from './config/config.ts';
import type { ExportProblem } from './otlp/export-problems.ts';
import { pushDestination } from './otlp/log-destination.ts';
import { createLogPush } from './otlp/log-push.ts';
import { createMetricsPush } from './otlp/metrics-push.ts';
import { sendSync } from './otlp/send-sync.ts';
import type { SyncPost } from './otlp/send-sync.ts';
import type { ExportStats } from './otlp/sender.ts';
import type { Tracing } from './traces/create-tracing.ts';

/** Something that sends: spans, points, records. */
interface Sending {
  stats(): ExportStats;
  flush(deadlineMs: number): Promise<void>;
  shutdown(deadlineMs: number): Promise<void>;
  drain(): readonly SyncPost[];
}

type Signal = 'traces' | 'metrics' | 'logs';

/** Everything that is sent, side by side. */
export interface Outbox {
  /** Takes log lines that are sent over OTLP; undefined when none are. */
  readonly logs: Destination | undefined;
  /**
   * Adds traces, and metrics where they are pushed.
   *
   * @param parts.hasProcessors whether spans go to processors, which are to be flushed also where they are sent nowhere
   */
  begin(parts: {
    readonly tracing: Tracing;
    readonly metrics: Metrics;
    readonly hasProcessors?: boolean;
  }): void;
  /** By signal, those that are sent. */
  readonly signals: Readonly<Partial<Record<Signal, () => ExportStats>>>;
  stats(): Readonly<Record<string, ExportStats>>;
  /** Never rejects. */
  flush(deadlineMs: number): Promise<void>;
  /** Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  /** Where no event loop turns any more; never throws. */
  flushSync(deadlineMs: number): void;
}

function lostInTime(sending: ReadonlyMap<Signal, Sending>): number {
  let lost = 0;
  for (const one of sending.values()) lost += one.stats().dropped.deadline;
  return lost;
}

/** No scrape will see the count any more, and no line can be logged: it is for whoever reads stderr. */
function tellLost(items: number): void {
  if (items === 0) return;
  const what = items === 1 ? '1 span, point or record was' : `${items} spans, points or records were`;
  try {
    writeSync(2, `(node:${process.pid}) SightlineWarning: ${what} not delivered before the process ended.\n`);
  } catch {
    // Nobody reads stderr either.
  }
}

export function createOutbox(
  { logs, metrics: metricsConfig, traces }: Config,
  resource: Resource,
  onProblem: (problem: ExportProblem) => void,
): Outbox {
  const sending = new Map<Signal, Sending>();
  const signals: Partial<Record<Signal, () => ExportStats>> = {};

  function add(signal: Signal, one: Sending): void {
    sending.set(signal, one);
    signals[signal] = () => one.stats();
  }

  let destination: Destination | undefined;
  if (logs.push) {
    const push = createLogPush({
      resource,
      target: logs.otlp,
      maxQueueSize: logs.batch.maxQueueSize,
      maxExportBatchSize: logs.batch.maxExportBatchSize,
      scheduleDelayMs: logs.batch.scheduleDelayMs,
      limits: logs.limits,
      keys: logs.keys,
      onProblem,
    });
    add('logs', push);
    destination = pushDestination(push);
  }
  const all = async (end: (one: Sending) => Promise<void>): Promise<void> => {
    await Promise.all([...sending.values()].map(end));
  };

  return {
    logs: destination,
    begin({ tracing, metrics, hasProcessors = false }) {
      if (traces.enabled) add('traces', tracing);
      else if (hasProcessors) sending.set('traces', tracing);
      if (!metricsConfig.push) return;
      const { otlp: target, intervalMs } = metricsConfig;
      const snapshot = (): ReturnType<Metrics['snapshot']> => metrics.snapshot();
      const snapshotNow = (): ReturnType<Metrics['snapshotNow']> => metrics.snapshotNow();
      add('metrics', createMetricsPush({ snapshot, snapshotNow, resource, target, intervalMs, onProblem }));
    },
    signals,
    stats: () => Object.fromEntries([...sending].map(([signal, one]) => [signal, one.stats()])),
    flush: (deadlineMs) => all((one) => one.flush(deadlineMs)),
    shutdown: (deadlineMs) => all((one) => one.shutdown(deadlineMs)),
    flushSync(deadlineMs) {
      const before = lostInTime(sending);
      sendSync(
        [...sending.values()].flatMap((one) => one.drain()),
        deadlineMs,
      );
      tellLost(lostInTime(sending) - before);
    },
  };
}
