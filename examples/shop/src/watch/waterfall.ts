import { fit, formatSeconds } from './format.ts';
import { paint } from './paint.ts';
import type { ReceivedSpan, Trace } from './trace-book.ts';

const DURATION_WIDTH = 10;

/**
 * The spans of a trace below each other, each with a bar where its time lies in the trace.
 *
 * @param width characters in a line
 * @param height lines at most
 */
export function renderWaterfall({ spans }: Trace, width: number, height: number): string[] {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  const perMs = 1 / Math.max(endMs - startMs, 0.001);
  const labelWidth = Math.min(52, Math.floor(width * 0.5));
  const barWidth = width - labelWidth - DURATION_WIDTH - 1;

  return inOrder(spans)
    .slice(0, height)
    .map(({ span, depth }) => {
      const from = Math.min(Math.floor((span.startMs - startMs) * perMs * barWidth), barWidth - 1);
      const length = Math.min(Math.max(Math.round(span.durationMs * perMs * barWidth), 1), barWidth - from);
      const mark = span.isError ? '✗' : ' ';
      const label = fit(`${' '.repeat(depth)}${span.name}`, labelWidth - 13);
      const bar = ' '.repeat(from) + '━'.repeat(length) + ' '.repeat(barWidth - from - length);
      const color = serviceBrush(span.service);
      return (
        color(fit(` ${span.service}`, 12)) +
        paint.bad(mark) +
        label +
        (span.isError ? paint.bad(bar) : color(bar)) +
        formatSeconds(span.durationMs / 1000).padStart(DURATION_WIDTH + 1)
      );
    });
}

export function serviceBrush(service: string): (text: string) => string {
  return service === 'storefront' || service === 'orders' || service === 'payments'
    ? paint[service]
    : paint.quiet;
}

interface PlacedSpan {
  readonly span: ReceivedSpan;
  readonly depth: number;
}

/** Parents before children, siblings by their start. */
function inOrder(spans: readonly ReceivedSpan[]): readonly PlacedSpan[] {
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const byParent = Map.groupBy(spans, ({ parentSpanId }) => (ids.has(parentSpanId) ? parentSpanId : ''));
  const placed: PlacedSpan[] = [];
  function place(parent: string, depth: number): void {
    const children = byParent.get(parent) ?? [];
    for (const span of children.toSorted((one, other) => one.startMs - other.startMs)) {
      placed.push({ span, depth });
      place(span.spanId, depth + 1);
    }
  }
  place('', 0);
  return placed;
}
