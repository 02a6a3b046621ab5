import './logs.css';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { logLabelNames } from '../../api/loki.ts';
import { FirstRun } from '../../parts/first-run.tsx';
import { Empty } from '../../parts/empty.tsx';
import { WiderRange } from '../../parts/wider-range.tsx';
import { location, param, setParams } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { EVERYTHING, chipsOf, removeChip } from './edit-query.ts';
import { LiveList } from './live-list.tsx';
import { LogMetric } from './log-metric.tsx';
import { PagedList } from './paged-list.tsx';
import { QueryLine } from './query-line.tsx';
import { readQuery } from './read-query.ts';

function ask(next: string): void {
  setParams({ query: next === EVERYTHING ? undefined : next }, { replace: false });
}

/** Log lines: asked for, narrowed down by a click, followed as they come. */
export function Page() {
  const query = param('query', EVERYTHING);
  const isLive = param('live') === '1';
  const range = timeRange.value;
  const { from, to } = rangeText.value;
  const { data: names } = useQuery(`labels ${from} ${to}`, (signal) => logLabelNames(range, signal));
  const streamLabels = useStable(names);
  const isLines = readQuery(query) !== undefined;
  const isFirstRun =
    names !== undefined && names.length === 0 && query === EVERYTHING && !isLive && to === 'now';
  useEffect(() => {
    if (!isLines && isLive) setParams({ live: undefined });
  }, [isLines, isLive]);
  return (
    <div class="logs">
      <div class="logs-query">
        <QueryLine
          query={query === EVERYTHING && !location.value.params.has('query') ? EVERYTHING : query}
          onQuery={ask}
        />
        <button
          class="no-print"
          aria-pressed={isLive}
          disabled={!isLines}
          title="Show lines as they come in"
          onClick={() => setParams({ live: isLive ? undefined : '1' })}
        >
          <span class={isLive ? 'live-dot live-dot-on' : 'live-dot'} aria-hidden="true" /> Live
        </button>
      </div>
      <Chips query={query} onQuery={ask} />
      {isFirstRun ? (
        <NoLines />
      ) : !isLines ? (
        <LogMetric key={query} query={query} />
      ) : isLive ? (
        <LiveList key={query} query={query} streamLabels={streamLabels} onQuery={ask} />
      ) : (
        <PagedList key={`${query} ${from} ${to}`} query={query} streamLabels={streamLabels} onQuery={ask} />
      )}
    </div>
  );
}

/** The same set for as long as it holds the same names. */
function useStable(names: readonly string[] | undefined): ReadonlySet<string> {
  const key = JSON.stringify(names ?? []);
  return useMemo(() => new Set(names), [key]);
}

function Chips({ query, onQuery }: { readonly query: string; onQuery(query: string): void }) {
  const chips = chipsOf(query);
  if (chips.length === 0 || query === EVERYTHING) return null;
  return (
    <ul class="chips no-print" aria-label="Parts of the query">
      {chips.map(({ index, text, kind }) => (
        <li key={`${index} ${text}`} class={`chip chip-${kind}`}>
          <code>
            <bdi>{text.length > 120 ? `${text.slice(0, 120)}…` : text}</bdi>
          </code>
          <button
            class="plain"
            aria-label={`Take ${text.slice(0, 60)} away`}
            onClick={() => onQuery(removeChip(query, index))}
          >
            ✕
          </button>
        </li>
      ))}
    </ul>
  );
}

/** No line has ever come: either nothing has, or the services keep their lines to themselves. */
function NoLines() {
  const [more, setMore] = useState(false);
  if (more) return <FirstRun title="How anything gets here" />;
  const url = window.location.origin;
  return (
    <Empty title="No log line in these minutes">
      <WiderRange />
      <p>A service sends its lines when it is told to:</p>
      <pre
        tabIndex={0}
      >{`OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_LOGS_EXPORTER=otlp \\\nnode --import @sightline/bootstrap/register server.js`}</pre>
      <p>Or push one by hand, as Loki takes it:</p>
      <pre
        tabIndex={0}
      >{`curl ${url}/loki/api/v1/push \\\n  -H 'content-type: application/json' -d '{"streams":[{\n  "stream":{"service_name":"me","level":"info"},\n  "values":[["'$(date +%s)000000000'","hello"]]}]}'`}</pre>
      <p>
        Has nothing come in at all? <button onClick={() => setMore(true)}>How to send</button>
      </p>
    </Empty>
  );
}
