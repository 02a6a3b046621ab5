import { useState } from 'preact/hooks';
import { type LogLine, queryLogs } from '../../api/loki.ts';
import { momentTime } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { selectorFor } from './edit-query.ts';
import { readLine } from './line-fields.ts';
import { linesAround } from './lines-around.ts';

interface LineContextProps {
  readonly line: LogLine;
  readonly stream: Readonly<Record<string, string>>;
}

const STEP = 8;
const HOUR_MS = 3_600_000;

/** What the same stream wrote before and after a line, whatever the query filters. */
export function LineContext({ line, stream }: LineContextProps) {
  const [count, setCount] = useState(STEP);
  const query = selectorFor(stream);
  const ms = Number(line.timeNs.slice(0, -6));
  const { data, error } = useQuery(
    `${query} ${line.timeNs} ${count}`,
    async (signal) => {
      // More than wanted, for those of the same millisecond.
      const limit = count + 50;
      const [before, after] = await Promise.all([
        queryLogs({ query, startMs: ms - HOUR_MS, endMs: ms + 1, limit, direction: 'backward' }, signal),
        queryLogs({ query, startMs: ms, endMs: ms + HOUR_MS, limit, direction: 'forward' }, signal),
      ]);
      return linesAround(line, before, after, count);
    },
    { live: false },
  );
  if (error !== undefined) return <Problem what="What is around the line could not be read" error={error} />;
  if (data === undefined) return <p class="muted">Asking…</p>;
  return (
    <div class="context">
      <ol class="context-lines mono" aria-label="Lines around it, the oldest first">
        {data.map(({ line: each, isTarget }, index) => (
          <li
            key={index}
            class={isTarget ? 'context-target' : ''}
            aria-current={isTarget ? 'true' : undefined}
          >
            <time class="muted">{momentTime(Number(each.timeNs.slice(0, -6)))}</time>{' '}
            <bdi>{visibleText(cutText(readLine(each).message, 300).text, { oneLine: true })}</bdi>
          </li>
        ))}
      </ol>
      <div class="row">
        <button class="plain" onClick={() => setCount(count + STEP * 2)}>
          more of them
        </button>
        <a href={href('/logs', { query, from: Math.floor(ms - 60_000), to: Math.ceil(ms + 60_000) })}>
          the whole stream around here
        </a>
      </div>
    </div>
  );
}
