import { clockTime, dayTime, isToday } from '../../parts/format.ts';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import type { LogLine } from '../../api/loki.ts';
import { timeRange } from '../../state/time-range.ts';
import { readLine } from './line-fields.ts';
import { MarkedText } from './marked-text.tsx';

const MAX_MESSAGE = 400;
const MAX_VALUE = 80;

interface LineRowProps {
  readonly line: LogLine;
  /** Marked in the message. */
  readonly searched: readonly string[];
}

/** One line in one row: when, how bad, who, what, and then its most telling fields. */
export function LineRow({ line, searched }: LineRowProps) {
  const { level, service, message, fields } = readLine(line);
  // All lines of a list alike, so that their columns are under each other.
  const isDated = !isToday(timeRange.peek().startMs);
  return (
    <div class={`log-row log-row-${level} ${isDated ? 'log-row-dated' : ''}`}>
      <time>{(isDated ? dayTime : clockTime)(Number(line.timeNs.slice(0, -6)))}</time>
      <span class={`log-level level-text-${level}`}>{level === 'unknown' ? '–' : level}</span>
      <span class="log-service">{visibleText(cutText(service, 60).text, { oneLine: true })}</span>
      <span class="log-text">
        <bdi class="log-message">
          <MarkedText
            text={visibleText(cutText(message, MAX_MESSAGE).text, { oneLine: true })}
            marks={searched}
          />
          {message.length > MAX_MESSAGE && <span class="muted"> …</span>}
        </bdi>
        {fields.map(({ name, value }) => (
          <bdi key={name} class="log-field">
            <span class="muted">{visibleText(name, { oneLine: true })}=</span>
            {visibleText(cutText(value, MAX_VALUE).text, { oneLine: true })}
          </bdi>
        ))}
      </span>
    </div>
  );
}
