import type { SinkProblem } from './sink.ts';

/** What a destination tells its owner at run time. */
export interface DestinationHooks {
  /** Told once per outage. By default the process is warned, as Node warns. Must not throw. */
  readonly onProblem?: ((problem: SinkProblem) => void) | undefined;
}

/**
 * Where a destination's problems go when nobody asked for them: to Node's warnings, which go to stderr and to
 * `process.on('warning')`. OpenTelemetry's `diag` would be silent until somebody gives it a logger.
 */
export function warnProcess({ code, message }: SinkProblem): void {
  process.emitWarning(message, { type: 'SightlineWarning', code });
}
