import type { ErrorCode } from '@sightline/errors';
import type { Signal } from './sender.ts';
import type { Endpoint } from './target.ts';
import type { FailureReason } from './verdict.ts';

/** Something that whoever runs the service should know, said once for each change of state. */
export interface ExportProblem {
  readonly code: ErrorCode;
  /** One line without secrets. */
  readonly message: string;
  /** True when it says that an earlier problem is over. */
  readonly recovered: boolean;
  /** Where traces go in place of what was asked for. */
  readonly instead?: { readonly url: string; readonly protocol: string };
}

/** Turns attempts into few sentences: one when exports stop working, one when they work again. */
export interface ExportProblems {
  /** @param refused whether the items are lost for good */
  failed(failure: FailureReason, reason: string, refused: boolean): void;
  /** What was too large goes in halves. */
  halved(reason: string): void;
  /** @param rejected items that the collector did not take of those that it took */
  succeeded(rejected: number, message: string): void;
}

/** A single lost request heals unseen; the second in a row is an outage. */
const FAILURES_BEFORE_REPORT = 2;

/** What makes requests smaller. */
const BATCH_SIZE: Readonly<Record<Signal, string>> = {
  traces: ', or set OTEL_BSP_MAX_EXPORT_BATCH_SIZE lower',
  logs: ', or set OTEL_BLRP_MAX_EXPORT_BATCH_SIZE lower',
  metrics: '',
};

export function createExportProblems(
  signal: Signal,
  endpoint: Pick<Endpoint, 'label' | 'hint'>,
  onProblem: (problem: ExportProblem) => void,
): ExportProblems {
  const hint = endpoint.hint === undefined ? '' : ` ${endpoint.hint}`;
  let failures = 0;
  let announced: ErrorCode | undefined;
  let partialSaid = false;
  let halvedSaid = false;

  const tell = (code: ErrorCode, message: string, recovered = false): void => {
    try {
      onProblem({ code, message, recovered });
    } catch {
      // A reporter that throws must not stop exports.
    }
  };

  return {
    failed(failure, reason, refused) {
      failures += 1;
      const code = refused ? 'SIGHTLINE_EXPORT_REJECTED' : 'SIGHTLINE_EXPORT_UNREACHABLE';
      if (announced === code || (!refused && failures < FAILURES_BEFORE_REPORT)) return;
      announced = code;
      tell(
        code,
        refused
          ? `${endpoint.label} refuses ${signal} (${reason}); they are dropped and counted. ${fixFor(failure, signal)}${hint}`
          : `${endpoint.label} does not take ${signal} (${reason}); they wait within bounds and are sent again. ` +
              `Set OTEL_EXPORTER_OTLP_ENDPOINT to where a collector listens, or OTEL_${signal.toUpperCase()}_EXPORTER=none.${hint}`,
      );
    },
    halved(reason) {
      if (halvedSaid) return;
      halvedSaid = true;
      tell(
        'SIGHTLINE_EXPORT_TOO_LARGE',
        `${endpoint.label} takes no request of ${signal} as large as that (${reason}): they go in smaller ones, and nothing is lost. ` +
          `Raise the limit there, or that of the proxy before it${BATCH_SIZE[signal]}.`,
      );
    },
    succeeded(rejected, message) {
      failures = 0;
      if (announced !== undefined) {
        tell(announced, `${endpoint.label} takes ${signal} again.`, true);
        announced = undefined;
      }
      if (rejected > 0 && !partialSaid) {
        partialSaid = true;
        tell(
          'SIGHTLINE_EXPORT_REJECTED',
          `${endpoint.label} took a batch of ${signal} but for ${rejected}: ${message || 'it gives no reason'}.`,
        );
      }
    },
  };
}

function fixFor(failure: FailureReason, signal: Signal): string {
  if (failure === 'unauthorized') {
    const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_HEADERS`;
    return `Check OTEL_EXPORTER_OTLP_HEADERS and ${own}: where the latter is set, only its headers are sent.`;
  }
  return 'Check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL.';
}
