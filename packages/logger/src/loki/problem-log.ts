import type { SinkProblem } from '../destinations/sink.ts';
import type { LokiEndpoint } from './endpoint.ts';
import type { Verdict } from './verdict.ts';

/** Turns what goes wrong into few sentences: once an outage, once a reason, with the count at the end. */
export interface ProblemLog {
  /** A try failed and is going to be repeated. */
  failed(verdict: Extract<Verdict, { kind: 'retry' | 'misconfigured' }>): void;
  /** A push arrived. @param relaxed true when what waited is on its way, too */
  succeeded(relaxed: boolean): void;
  /** Loki refused lines for good. @param of lines in that push */
  rejected(reason: string, lines: number, of: number): void;
  /** Loki takes no structured metadata, so lines go without. */
  metadataRefused(): void;
  /** One line alone is larger than what stands before Loki takes. */
  tooLarge(bytes: number): void;
  /** One line alone is larger than all the room there is in memory. */
  oversized(bytes: number): void;
  /** The oldest lines went for want of room. */
  dropped(lines: number): void;
  /** Label sets reached their bound. */
  reduced(maxStreams: number): void;
  /** The disk does not do what it should. */
  spoolFailed(message: string): void;
  /** The end: what was not said yet. @param abandoned lines given up on @param kept lines left on disk */
  closed(abandoned: number, kept: number): void;
}

/** A single lost request heals unseen; the third in a row is an outage. */
const FAILURES_BEFORE_REPORT = 3;
/** Reasons of Loki's that are told apart. */
const MAX_REASONS = 20;
/** Where losses come and go, they are said once in this time [ms]. */
const DROP_REPORT_INTERVAL_MS = 60_000;

export function createProblemLog(
  endpoint: Pick<LokiEndpoint, 'label' | 'clean'>,
  report: (problem: SinkProblem) => void,
  now: () => number,
): ProblemLog {
  const said = new Set<string>();
  const rejections = new Map<string, { told: number; count: number }>();
  let failures = 0;
  let failingSinceMs = 0;
  let announced = false;
  let droppedUntold = 0;
  let dropAnnounced = false;
  let nextDropReportMs = -Infinity;

  const tell = (code: SinkProblem['code'], message: string): void => {
    try {
      report({ code, message: endpoint.clean(message) });
    } catch {
      // A reporter that throws must not stop the lines.
    }
  };
  const tellOnce = (key: string, code: SinkProblem['code'], message: string): void => {
    if (said.has(key)) return;
    said.add(key);
    tell(code, message);
  };

  return {
    failed(verdict) {
      failures += 1;
      if (failures === 1 && !announced) failingSinceMs = now();
      if (verdict.kind === 'misconfigured') {
        // Each status once; correcting it ends the outage and allows it to be said again.
        tellOnce(
          `misconfigured ${verdict.reason}`,
          'SIGHTLINE_LOKI_MISCONFIGURED',
          `Loki at ${endpoint.label} answers ${verdict.reason}; lines wait and are tried again slowly: ${verdict.fix}.`,
        );
        announced = true;
      } else if (failures >= FAILURES_BEFORE_REPORT && !announced) {
        announced = true;
        tell(
          'SIGHTLINE_LOKI_UNREACHABLE',
          `Loki at ${endpoint.label} does not take lines (${verdict.reason}); they wait and are sent again.`,
        );
      }
    },
    succeeded(relaxed) {
      failures = 0;
      if (!relaxed) return;
      if (dropAnnounced) {
        tell(
          'SIGHTLINE_LOKI_DROPPED',
          `Loki at ${endpoint.label} takes lines again; ${droppedUntold} were dropped.`,
        );
        droppedUntold = 0;
        dropAnnounced = false;
      } else if (announced) {
        tell(
          'SIGHTLINE_LOKI_UNREACHABLE',
          `Loki at ${endpoint.label} takes lines again after ${Math.round((now() - failingSinceMs) / 1_000)} s; ` +
            `${droppedUntold === 0 ? 'none' : droppedUntold} of them dropped.`,
        );
        droppedUntold = 0;
      }
      announced = false;
      for (const key of said) if (key.startsWith('misconfigured ')) said.delete(key);
    },
    rejected(reason, lines, of) {
      let key = withoutValues(endpoint.clean(reason)) || 'no reason given';
      if (!rejections.has(key) && rejections.size >= MAX_REASONS) key = 'other reasons';
      const known = rejections.get(key);
      if (known) {
        known.count += lines;
        return;
      }
      rejections.set(key, { told: lines, count: lines });
      tell(
        'SIGHTLINE_LOKI_REJECTED',
        `Loki refused ${lines} of ${of} lines of a push for good; they are counted as dropped: ${reason || key}`,
      );
    },
    metadataRefused() {
      tellOnce(
        'metadata',
        'SIGHTLINE_LOKI_MISCONFIGURED',
        `Loki at ${endpoint.label} takes no structured metadata, so lines go without: ids are in the line only. ` +
          'Set allow_structured_metadata in its limits_config, with schema v13.',
      );
    },
    tooLarge(bytes) {
      tellOnce(
        'too large',
        'SIGHTLINE_LOKI_REJECTED',
        `A line of ${bytes} bytes is larger than a push to ${endpoint.label} may be (413), so it is dropped and ` +
          'counted, as are others like it; log less in one line or raise the limit.',
      );
    },
    oversized(bytes) {
      tellOnce(
        'oversized',
        'SIGHTLINE_LOKI_DROPPED',
        `A line of ${bytes} bytes is larger than maxBufferBytes, so it is dropped and counted, as are others like it; ` +
          'log less in one line or raise the limit.',
      );
    },
    dropped(lines) {
      droppedUntold += lines;
      if (dropAnnounced || now() < nextDropReportMs) return;
      dropAnnounced = true;
      nextDropReportMs = now() + DROP_REPORT_INTERVAL_MS;
      tell(
        'SIGHTLINE_LOKI_DROPPED',
        `More lines wait for Loki at ${endpoint.label} than there is room for, so the oldest are dropped and ` +
          'counted until it takes them; allow more (maxBufferBytes, batching.maxBufferSize, spool.maxBytes) or use the spool.',
      );
    },
    reduced(maxStreams) {
      tellOnce(
        'reduced',
        'SIGHTLINE_LOKI_STREAMS',
        `The fields that become labels made more than ${maxStreams} label sets, so further lines go without those ` +
          'labels; take fields with many values out of propsToLabels.',
      );
    },
    spoolFailed(message) {
      tellOnce(message, 'SIGHTLINE_LOKI_SPOOL', message);
    },
    closed(abandoned, kept) {
      const dropped = droppedUntold + abandoned;
      if (dropped > 0) {
        tell(
          'SIGHTLINE_LOKI_DROPPED',
          `${dropped} lines for Loki at ${endpoint.label} were dropped: ${abandoned} of them at the end, when the deadline had passed.`,
        );
      }
      if (kept > 0 && announced) {
        tell(
          'SIGHTLINE_LOKI_UNREACHABLE',
          `${kept} lines for Loki at ${endpoint.label} stay on disk for the next start.`,
        );
      }
      for (const [reason, { told, count }] of rejections) {
        if (count > told) {
          tell('SIGHTLINE_LOKI_REJECTED', `Loki refused ${count} lines in all with: ${reason}`);
        }
      }
    },
  };
}

/**
 * Loki's reasons name times, sizes and label sets, which would make every one of them new; and it groups them in any
 * order, so the first stands for all.
 */
function withoutValues(reason: string): string {
  return reason
    .replaceAll(/\{[^}]*\}/g, '{…}')
    .replace(/^\d+ errors like: /, '')
    .replace(/; \d+ errors like: .*$/s, '')
    .replaceAll(/\d[\w.:+-]*/g, '#')
    .slice(0, 200);
}
