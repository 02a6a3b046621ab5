import { useEffect, useRef, useState } from 'preact/hooks';
import { type LogLine, queryLogs, queryLogsNs } from '../../api/loki.ts';
import { Problem } from '../../parts/problem.tsx';
import { momentTime, shortNumber } from '../../parts/format.ts';
import { WiderRange } from '../../parts/wider-range.tsx';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { includeAny } from './edit-query.ts';
import { LevelVolume } from './level-volume.tsx';
import { LineList } from './line-list.tsx';
import { joinPages } from './lines-around.ts';
import { PAGE_LINES, olderLines } from './older-lines.ts';

export interface ListProps {
  readonly query: string;
  readonly streamLabels: ReadonlySet<string>;
  onQuery(query: string): void;
}

/** The newest lines of the time range, and older ones when they are asked for. What somebody reads stands still. */
export function PagedList({ query, streamLabels, onQuery }: ListProps) {
  const range = timeRange.value;
  const { data, error } = useQuery(query, async (signal) => {
    const lines = await queryLogs({ ...range, query, limit: PAGE_LINES }, signal);
    return { lines, startMs: range.startMs };
  });
  const [isReading, setReading] = useState(false);
  const [older, setOlder] = useState<readonly LogLine[]>([]);
  const [ended, setEnded] = useState(false);
  const [cut, setCut] = useState(false);
  const [loading, setLoading] = useState(false);
  const [problem, setProblem] = useState<Error | undefined>(undefined);
  /** What stands still while somebody reads. */
  const held = useRef<typeof data>(undefined);
  if (!isReading || held.current === undefined) held.current = data;
  const page = held.current;
  const newest = page?.lines;
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  useEffect(() => setLines(joinPages(newest ?? [], older)), [newest, older]);
  const gone = useRef(new AbortController());
  useEffect(() => () => gone.current.abort(), []);

  async function loadOlder(): Promise<void> {
    if (lines.length === 0 || page === undefined || loading) return;
    setReading(true);
    setLoading(true);
    try {
      const found = await olderLines(lines, page.startMs, (part) =>
        queryLogsNs({ query, ...part }, gone.current.signal),
      );
      setEnded(found.isEnd);
      setCut((before) => before || found.isCut);
      setOlder(joinPages(older, found.lines));
      setProblem(undefined);
    } catch (failure) {
      if (!gone.current.signal.aborted)
        setProblem(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setLoading(false);
    }
  }

  if (page === undefined) {
    if (error !== undefined) return <Problem what="The lines could not be read" error={error} />;
    return (
      <p class="muted" aria-busy="true">
        Asking…
      </p>
    );
  }
  const isAll = ended || (older.length === 0 && page.lines.length < PAGE_LINES);
  const oldest = lines.at(-1);
  return (
    <>
      {error !== undefined && <Problem what="The lines could not be read anew" error={error} />}
      {problem !== undefined && <Problem what="Older lines could not be read" error={problem} />}
      <LevelVolume
        query={query}
        onLevel={({ level, named }) => {
          // Where levels are no label, they are what the server detected.
          const isLabel = streamLabels.has('level');
          const name = isLabel ? 'level' : 'detected_level';
          const values = named[name].length > 0 ? named[name] : [level];
          onQuery(includeAny(query, { name, kind: isLabel ? 'label' : 'field' }, values));
        }}
      />
      {lines.length === 0 && <WiderRange />}
      <LineList
        lines={lines}
        query={query}
        streamLabels={streamLabels}
        onQuery={onQuery}
        onReading={(reading) => setReading(reading || older.length > 0)}
        status={
          <span class="muted" role="status">
            {lines.length === 0
              ? 'No line in this time range'
              : `${isAll && !cut ? 'All' : 'Newest'} ${shortNumber(lines.length)} ${lines.length === 1 ? 'line' : 'lines'}${oldest === undefined ? '' : `, back to ${momentTime(Number(oldest.timeNs.slice(0, -6)))}`}`}
            {cut && ' · some left out: more are of one nanosecond than the server gives at once'}
            {isReading && ' · stands still while you read'}
          </span>
        }
        actions={
          <>
            {isReading && (
              <button
                class="plain"
                onClick={() => {
                  setOlder([]);
                  setEnded(false);
                  setCut(false);
                  setReading(false);
                }}
              >
                Go on
              </button>
            )}
            {!isAll && (
              <button class="plain" disabled={loading} onClick={() => void loadOlder()}>
                {loading ? 'Loading…' : 'Load older'}
              </button>
            )}
          </>
        }
        onEnd={isAll ? undefined : () => void loadOlder()}
      />
    </>
  );
}
