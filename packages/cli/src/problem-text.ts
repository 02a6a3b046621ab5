import { SightlineError, thrownText } from '@sightline/errors';
import type { Paint } from './paint.ts';
import { printable } from './printable.ts';

/** A problem, as `--json` prints it. */
export interface ProblemJson {
  readonly code: string;
  readonly problem: string;
  readonly expected?: string;
  readonly fix?: string;
}

/** Every error in one: those of an AggregateError, one by one. */
export function errorsIn(error: unknown): readonly unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(errorsIn) : [error];
}

export function problemJson(error: unknown): ProblemJson {
  if (error instanceof SightlineError) {
    const { code, problem, expected, fix } = error;
    return { code, problem, expected, fix };
  }
  return { code: 'fault', problem: thrownText(error) };
}

/** The same for people, with the stack where it is a fault of ours. */
export function problemText(error: unknown, paint: Paint): string {
  if (!(error instanceof SightlineError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : thrownText(error);
    return `${paint('red', 'fault')} of sightline itself; please report it:\n${text}\n`;
  }
  const { code, problem, expected, fix } = error;
  const line = (name: string, text: string): string =>
    `  ${paint('dim', `${name}:`)} ${printable(text).replaceAll('\n', '\n    ')}\n`;
  return `${paint('red', 'error')} ${printable(problem)} ${paint('dim', `(${code})`)}\n${line('expected', expected)}${line('fix', fix)}`;
}
