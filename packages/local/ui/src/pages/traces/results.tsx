import { useMemo, useState } from 'preact/hooks';
import { serviceColours } from '../../parts/trace/service-colours.ts';
import { href, param, setParams } from '../../state/location.ts';
import { timeRange } from '../../state/time-range.ts';
import { logsQueryOf } from './logs-query.ts';
import { readSearch, withDurations } from './search-form.ts';
import { SearchNumbers } from './search-numbers.tsx';
import type { SpreadTraces } from './search-spread.ts';
import { readSorting, sortTraces } from './sort-traces.ts';
import { TraceScatter } from './trace-scatter.tsx';
import { TraceTable } from './trace-table.tsx';

interface ResultsProps {
  readonly query: string;
  readonly found: SpreadTraces;
}

/** What was found, as numbers, points and rows. */
export function Results({ query, found }: ResultsProps) {
  const [held, setHeld] = useState<SpreadTraces | undefined>(undefined);
  const { traces: unsorted, isMore } = held ?? found;
  const { startMs, endMs } = timeRange.value;
  const sort = param('sort');
  const sorting = readSorting(sort);
  const traces = useMemo(() => sortTraces(unsorted, readSorting(sort)), [unsorted, sort]);
  const colours = useMemo(
    () => serviceColours(unsorted.flatMap(({ services }) => services.map(({ name }) => name))),
    [unsorted],
  );
  const lines = logsQueryOf(readSearch(query));
  return (
    <>
      <div class="search-charts">
        <SearchNumbers query={query} />
        <figure class="card">
          <figcaption>
            Traces{' '}
            <span class="muted">
              by start and duration · <span class="bad">✕</span> failed · click opens, drag narrows
            </span>
          </figcaption>
          <TraceScatter
            traces={traces}
            startMs={startMs}
            endMs={endMs}
            onSelect={(part) =>
              setParams(
                {
                  query: withDurations(query, part.fromMs, part.toMs),
                  from: Math.floor(part.startMs),
                  to: Math.ceil(part.endMs),
                },
                { replace: false },
              )
            }
          />
        </figure>
      </div>
      <div class="row">
        <p class="grow muted" role="status">
          {traces.length === 1 ? '1 trace' : `${traces.length} traces`}
          {isMore && ', the newest and some from before; there are more'}
          {held !== undefined && held !== found && '. Standing still while the pointer is here'}
        </p>
        {lines !== undefined && (
          <a class="button" href={href('/logs', { query: lines })}>
            Logs of the same
          </a>
        )}
        <a class="button" href={href('/map')}>
          Map
        </a>
      </div>
      {/* Rows that move away below the pointer get clicked by mistake. */}
      <div onPointerEnter={() => setHeld(found)} onPointerLeave={() => setHeld(undefined)}>
        <TraceTable traces={traces} sorting={sorting} colours={colours} />
      </div>
    </>
  );
}
