import { diag } from '@opentelemetry/api';
import type { SinkProblem } from './sink.ts';

/** What a destination tells its owner at run time. */
export interface DestinationHooks {
  /** Told once per outage. By default OpenTelemetry's `diag` is warned. Must not throw. */
  readonly onProblem?: ((problem: SinkProblem) => void) | undefined;
}

/** Where a destination's problems go when nobody asked for them. */
export function warnDiag({ code, message }: SinkProblem): void {
  diag.warn(`${code}: ${message}`);
}
