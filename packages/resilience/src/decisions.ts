import type { Span } from '@opentelemetry/api';
import { recordingSpan } from './trace-ref.ts';

/** What was decided about the calls in a span, in order, each as `circuit_breaker payments: rejected`. */
const DECISIONS_ATTRIBUTE = 'sightline.policy.decisions';

/** Most decisions that a span holds: a loop of calls in one span must not grow it without end. */
const MAX_DECISIONS = 16;

/** On the span itself, as the API gives no way to read an attribute back; a map of spans would cost more than all else. */
const decisionsKey = Symbol('sightline.policy.decisions');

type SpanWithDecisions = Span & { [decisionsKey]?: readonly string[] };

/** Appends a decision to those on the active span. */
export function recordDecision(decision: string): void {
  const span: SpanWithDecisions | undefined = recordingSpan();
  if (span === undefined) return;
  const earlier = span[decisionsKey];
  if (earlier !== undefined && earlier.length >= MAX_DECISIONS) return;
  // A new one each time: SDKs keep the array they are given.
  const decisions = earlier === undefined ? [decision] : [...earlier, decision];
  span[decisionsKey] = decisions;
  span.setAttribute(DECISIONS_ATTRIBUTE, decisions);
}
