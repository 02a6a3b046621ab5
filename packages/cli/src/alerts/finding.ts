import type { Paint } from '../paint.ts';

/** Something about a file that its author should know. */
export interface Finding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** `alerts/latency.yml:12: error: …`, as editors and terminals jump to. */
export function findingText({ file, line, severity, message }: Finding, paint: Paint): string {
  const color = severity === 'error' ? 'red' : 'yellow';
  return `${paint('bold', `${file}:${line}`)}: ${paint(color, severity)}: ${message}`;
}
