import { useState } from 'preact/hooks';
import { shortNumber } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { LineList } from './line-list.tsx';
import type { ListProps } from './paged-list.tsx';
import { useLiveLines } from './use-live-lines.ts';

const STATES = {
  connecting: 'Connecting…',
  live: 'Live',
  polling: 'Live, asked for every second',
  failed: 'Not live: asked again every second',
} as const;

/** Lines as they come in, the newest on top. Who scrolls down to read finds them standing still. */
export function LiveList({ query, streamLabels, onQuery }: ListProps) {
  const [isReading, setReading] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const paused = isReading || isPaused;
  const { lines, counts, dropped, missed, state, error } = useLiveLines(query, paused);
  return (
    <>
      {error !== undefined && <Problem what="Live lines could not be read" error={error} />}
      <LineList
        lines={lines}
        query={query}
        streamLabels={streamLabels}
        onQuery={onQuery}
        onReading={setReading}
        status={
          <span class="muted">
            <span role="status">{paused ? 'Paused' : STATES[state]}</span>
            {` · ${shortNumber(counts.received)} came`}
            {paused && counts.waiting > 0 && ` · ${shortNumber(counts.waiting)} wait`}
            {counts.letGo > 0 && ` · ${shortNumber(counts.letGo)} let go, the oldest first`}
            {missed && ' · more came than could be asked for'}
            {dropped > 0 && ` · ${shortNumber(dropped)} left out by the server`}
          </span>
        }
        actions={
          <button class="plain" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
            {isPaused ? 'Go on' : 'Pause'}
          </button>
        }
      />
    </>
  );
}
