import { QueryError } from '../query-error.ts';
import type { DurationExpression } from './ast.ts';
import { maxDurationMs } from './syntax/duration.ts';

/** What a duration may be made of. */
export interface DurationContext {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * A duration in one query [ms], below 0 too.
 *
 * @throws {QueryError} `bad_data` when it is no number or longer than 292 years
 */
export function resolveDurationMs(duration: DurationExpression, context: DurationContext): number {
  // A number alone goes by way of nanoseconds, a calculation does not; the last bit depends on it.
  if (duration.kind === 'seconds') return Math.trunc(roundAway(duration.value * 1e9) / 1e6);
  const seconds = evaluate(duration, context);
  if (!Number.isFinite(seconds)) fail(duration, 'duration is NaN or infinite');
  if (Math.abs(seconds) * 1000 > maxDurationMs + 1) fail(duration, 'duration is out of range');
  return Math.trunc(seconds * 1000);
}

function evaluate(duration: DurationExpression, context: DurationContext): number {
  if (duration.kind === 'seconds') return duration.value;
  if (duration.kind === 'step') return context.stepMs / 1000;
  if (duration.kind === 'range') return (context.endMs - context.startMs) / 1000;
  const right = evaluate(duration.right, context);
  // A sign, which is always a minus: a plus changes nothing.
  if (duration.left === undefined) return -right;
  const left = evaluate(duration.left, context);
  switch (duration.op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return right === 0 ? fail(duration, 'division by zero') : left / right;
    case '%':
      return right === 0 ? fail(duration, 'modulo by zero') : left % right;
    case '^':
      return left ** right;
    case 'min_of':
      return Math.min(left, right);
    default:
      return Math.max(left, right);
  }
}

function fail(duration: DurationExpression, message: string): never {
  const { from, to } = duration.position;
  throw new QueryError('bad_data', `${from}:${to}: ${message}`, duration.position);
}

function roundAway(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}
