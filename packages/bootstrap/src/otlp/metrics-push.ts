// Not the global ones, which tests of a service may replace for a while: a turn of theirs that never ends would be the last one.
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import type { Resource } from '@opentelemetry/resources';
import type { FamilySnapshot } from '@sightline/metrics';
import { ByteWriter } from './byte-writer.ts';
import type { ExportProblem } from './export-problems.ts';
import { writeMetric } from './metric-encoder.ts';
import { metricOf } from './metric-json.ts';
import type { OtlpMessage } from './otlp-message.ts';
import type { SyncPost } from './send-sync.ts';
import type { ExportStats } from './sender.ts';
import { createSignalExport } from './signal-export.ts';
import type { SignalExport } from './signal-export.ts';
import type { OtlpTarget } from './target.ts';

export interface MetricsPushOptions {
  /** What there is now: `snapshot` of the registry. */
  readonly snapshot: () => Promise<readonly FamilySnapshot[]>;
  /** The same for the end of the process, which has no time for callbacks. */
  readonly snapshotNow: () => readonly FamilySnapshot[];
  /** Without secrets. */
  readonly resource: Resource;
  readonly target: OtlpTarget;
  /** `OTEL_METRIC_EXPORT_INTERVAL` [ms]. */
  readonly intervalMs: number;
  readonly onProblem: (problem: ExportProblem) => void;
}

/** What a push takes from its surroundings; tests pass their own. */
export interface MetricsPushDeps {
  /** @returns ends it */
  readonly every: (intervalMs: number, call: () => void) => () => void;
  /** @returns takes it back */
  readonly after: (delayMs: number, call: () => void) => () => void;
}

const systemDeps: MetricsPushDeps = {
  every(intervalMs, call) {
    const timer = setInterval(call, intervalMs).unref();
    return () => clearInterval(timer);
  },
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/** Sends metrics to a collector. */
export interface MetricsPush {
  stats(): ExportStats;
  /** Sends what there is now. Resolves when it is delivered, or at the deadline. Never rejects. */
  flush(deadlineMs: number): Promise<void>;
  /** Flushes and ends. Never rejects. */
  shutdown(deadlineMs: number): Promise<void>;
  /** Takes out what waits, for `sendSync`, and before it what there is now, unless a flush has just sent that. */
  drain(): readonly SyncPost[];
}

/** Points that are encoded at a stretch, and sent in one request. */
const MAX_POINTS = 2_000;

/** Points that may wait: what is sent is cumulative, so little is lost with them. */
const MAX_WAITING_POINTS = 100_000;

/** Longest wait for room where there are more points than may wait [ms]: a collector that takes none gets no more of this push. */
const MAX_ROOM_WAIT_MS = 5_000;

/** So soon after a flush the end of the process sends nothing more of its own [ms]. */
const FRESH_MS = 500;

/** Metrics that leave in one request. */
interface Part {
  readonly add: (...metric: Parameters<typeof metricOf>) => void;
  /** Hands over what was added, and begins anew. */
  enqueue(points: number): void;
}

function jsonPart(out: SignalExport): Part {
  let metrics: OtlpMessage[] = [];
  return {
    add: (...metric) => void metrics.push(metricOf(...metric)),
    enqueue(points) {
      out.enqueue(metrics, points);
      metrics = [];
    },
  };
}

function encodedPart(out: SignalExport): Part {
  const writer = new ByteWriter();
  return {
    add: (...metric) => writeMetric(writer, ...metric),
    enqueue(points) {
      out.enqueueEncoded(writer.bytes.subarray(0, writer.pos), points);
      writer.pos = 0;
    },
  };
}

/**
 * Sends all metrics every `intervalMs`, cumulative, with exemplars, under the names that they have in OpenTelemetry.
 *
 * @throws {TypeError} when the URL of the target is none
 */
export function createMetricsPush(
  options: MetricsPushOptions,
  deps: Partial<MetricsPushDeps> = {},
): MetricsPush {
  const { every, after } = { ...systemDeps, ...deps };
  const { snapshot, snapshotNow, resource, target, intervalMs, onProblem } = options;
  const out = createSignalExport({
    signal: 'metrics',
    target,
    resource,
    maxItems: MAX_WAITING_POINTS,
    onProblem,
  });
  let running: Promise<void> | undefined;
  let flushes = 0;
  let flushedAtMs = -Infinity;
  let isShut = false;

  /** Yields after each part that was handed over. */
  function* enqueueAll(families: readonly FamilySnapshot[]): Generator<void, void, undefined> {
    const timeMs = Date.now();
    const part = out.isJson ? jsonPart(out) : encodedPart(out);
    let points = 0;
    for (const family of families) {
      for (let start = 0; start < family.series.length; start += MAX_POINTS) {
        const series = family.series.slice(start, start + MAX_POINTS);
        part.add(family, series, timeMs);
        points += series.length;
        if (points < MAX_POINTS) continue;
        part.enqueue(points);
        points = 0;
        yield;
      }
    }
    if (points > 0) part.enqueue(points);
  }

  /** @returns false where nothing of what waits has left soon */
  const settledSoon = (): Promise<boolean> =>
    new Promise((resolve) => {
      const takeBack = after(MAX_ROOM_WAIT_MS, () => resolve(false));
      out.sender.onSettled(() => {
        takeBack();
        resolve(true);
      });
    });

  const collect = async (): Promise<void> => {
    let mayWait = true;
    for (const _ of enqueueAll(await snapshot())) {
      // oxlint-disable-next-line no-await-in-loop -- the event loop turns between two parts
      await new Promise((resolve) => setImmediate(resolve));
      // A part has less than twice as many points. Without it the last metrics of a large service would never be sent.
      // oxlint-disable-next-line no-await-in-loop -- one part after the other
      while (mayWait && !out.sender.hasRoom(2 * MAX_POINTS)) mayWait = await settledSoon();
    }
  };

  const collectNow = (): void => {
    try {
      for (const _ of enqueueAll(snapshotNow()));
    } catch {
      out.sender.countDropped('failed', 1);
    }
  };

  const push = (): Promise<void> =>
    (running ??= collect()
      .catch(() => out.sender.countDropped('failed', 1))
      .finally(() => {
        running = undefined;
      }));

  const stop = every(intervalMs, () => {
    // What waits says the same as what would come, only older.
    if (out.sender.stats().queued === 0) void push();
  });

  const flush = async (deadlineMs: number): Promise<void> => {
    const startMs = performance.now();
    flushes += 1;
    let deadline: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, deadlineMs);
    });
    // One that has begun does not have what was counted since.
    await Promise.race([running === undefined ? push() : running.then(push), over]);
    clearTimeout(deadline);
    await out.sender.flush(Math.max(0, deadlineMs - (performance.now() - startMs)));
    flushes -= 1;
    flushedAtMs = performance.now();
  };

  return {
    stats: () => out.sender.stats(),
    flush,
    async shutdown(deadlineMs) {
      stop();
      isShut = true;
      await flush(deadlineMs);
      await out.sender.shutdown(0);
    },
    drain() {
      if (!isShut && flushes === 0 && performance.now() - flushedAtMs > FRESH_MS) collectNow();
      return out.drain();
    },
  };
}
