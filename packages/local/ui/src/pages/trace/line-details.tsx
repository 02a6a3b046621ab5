import { clockTime, duration } from '../../parts/format.ts';
import { LongText } from '../../parts/long-text.tsx';
import { linesQuery, momentsAround } from '../../parts/trace/span-links.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { logLevel, logMessage } from './log-message.ts';
import type { PlacedLine } from './visible-rows.ts';

interface LineDetailsProps {
  readonly placed: PlacedLine;
  readonly traceId: string;
  readonly traceStartMs: number;
  onClose(): void;
}

/** Everything that is known of one log line. */
export function LineDetails({ placed: { line, atMs }, traceId, traceStartMs, onClose }: LineDetailsProps) {
  const message = logMessage(line);
  const moments = momentsAround(traceStartMs + atMs, 0);
  return (
    <section class="trace-side card" aria-label="Log line">
      <div class="row">
        <h2 class="grow">Log line</h2>
        <button class="plain no-print" onClick={onClose} aria-label="Close the line" title="Close (Escape)">
          ✕
        </button>
      </div>
      <p class="span-message">
        <LongText text={message} />
      </p>
      <p class="muted">
        {logLevel(line)} {line.labels['service_name']} at {duration(atMs / 1000)} (
        {clockTime(traceStartMs + atMs)})
      </p>
      <nav class="row no-print" aria-label="From this line">
        <a class="button" href={href('/logs', { query: linesQuery(traceId), ...moments })}>
          All lines of the trace
        </a>
      </nav>
      {message !== line.line && (
        <pre class="line-text">
          <LongText text={line.line} />
        </pre>
      )}
      <dl class="attributes">
        {Object.entries(line.labels)
          .toSorted(([one], [other]) => one.localeCompare(other))
          .map(([key, value]) => (
            <div key={key} class="attribute">
              <dt>{visibleText(key)}</dt>
              <dd class="mono attribute-value">
                <LongText text={value} maxLength={2000} />
              </dd>
            </div>
          ))}
      </dl>
    </section>
  );
}
