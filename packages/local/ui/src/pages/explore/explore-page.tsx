import './explore.css';
import { useRef, useState } from 'preact/hooks';
import { stepFor } from '../../api/prometheus.ts';
import { Problem } from '../../parts/problem.tsx';
import { location, param, setParams } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { askInstant, askRange } from './ask-metrics.ts';
import { ExploreGraph } from './explore-graph.tsx';
import { ExploreTable } from './explore-table.tsx';
import { MetricBrowser } from './metric-browser.tsx';
import { rememberQuery } from './query-history.ts';
import { QueryRow } from './query-row.tsx';

const STEPS = ['auto', '1', '5', '15', '60', '300', '3600'] as const;
/** Lines that anybody can tell apart, and a browser can draw while it scrolls. */
const MAX_LINES = 100;
const MAX_ROWS = 1000;
const ALL_ROWS = 200_000;

function stepText(seconds: string): string {
  if (seconds === 'auto') return 'automatic step';
  const number = Number(seconds);
  return number % 60 === 0
    ? number % 3600 === 0
      ? `${number / 3600} h`
      : `${number / 60} min`
    : `${number} s`;
}

/** Metrics by PromQL: as a graph and as a table, with all that helps to write it. */
export function Page() {
  const given = location.value.params.getAll('query');
  const queries = given.length === 0 ? [''] : given;
  const isTable = param('view') === 'table';
  const [hasBrowser, setBrowser] = useState(given.length === 0);
  const insert = useRef<(text: string) => void>(() => undefined);
  const set = (index: number, query: string): void => {
    rememberQuery(query);
    setParams(
      {
        query: queries.map((each, at) => (at === index ? query.trim() : each)).filter((each) => each !== ''),
      },
      { replace: false },
    );
  };
  const asked = queries.filter((query) => query.trim() !== '');
  return (
    <div class={hasBrowser ? 'explore explore-browsing' : 'explore'}>
      <div class="stack">
        <div class="stack query-rows">
          {queries.map((query, index) => (
            <QueryRow
              // Rows are told apart by their place: a query may stand there twice.
              key={index}
              letter={String.fromCodePoint(65 + (index % 26))}
              query={query}
              isOnly={queries.length === 1}
              onRun={(text) => set(index, text)}
              onRemove={() =>
                setParams({ query: queries.filter((_, at) => at !== index) }, { replace: false })
              }
              onFocus={(own) => {
                insert.current = own;
              }}
            />
          ))}
        </div>
        <div class="row">
          <button
            disabled={asked.length < queries.length}
            onClick={() => setParams({ query: [...asked, asked.at(-1) ?? ''] }, { replace: false })}
          >
            + Query
          </button>
          <button aria-pressed={hasBrowser} onClick={() => setBrowser(!hasBrowser)}>
            Metrics and labels
          </button>
          <span class="grow" />
          <select
            aria-label="Step"
            value={param('step', 'auto')}
            onChange={({ currentTarget }) =>
              setParams({ step: currentTarget.value === 'auto' ? undefined : currentTarget.value })
            }
          >
            {STEPS.map((step) => (
              <option key={step} value={step}>
                {stepText(step)}
              </option>
            ))}
          </select>
          <span role="group" aria-label="View" class="row">
            <button aria-pressed={!isTable} onClick={() => setParams({ view: undefined })}>
              Graph
            </button>
            <button aria-pressed={isTable} onClick={() => setParams({ view: 'table' })}>
              Table
            </button>
          </span>
        </div>
        {asked.length === 0 ? (
          <p class="muted">
            Write a query, or pick a metric: a double click puts its name in. Enter asks, Ctrl-Space
            completes.
          </p>
        ) : isTable ? (
          <Table queries={asked} />
        ) : (
          <Lines queries={asked} />
        )}
      </div>
      {hasBrowser && <MetricBrowser onPick={(text) => insert.current(text)} />}
    </div>
  );
}

function Lines({ queries }: { readonly queries: readonly string[] }) {
  const { from, to } = rangeText.value;
  const own = Number(param('step'));
  const key = JSON.stringify([queries, from, to, own]);
  const { data, error, loading } = useQuery(key, async (signal) => {
    const { startMs, endMs } = timeRange.peek();
    const wanted = own > 0 ? own : stepFor(startMs, endMs, 400);
    // As fine as it is asked for, as far as a server answers it.
    const stepSeconds = Math.max(wanted, Math.ceil((endMs - startMs) / 1000 / 10_000));
    const found = await Promise.all(
      queries.map((query) => askRange({ query, startMs, endMs, stepSeconds }, MAX_LINES, signal)),
    );
    return { found, queries, startMs, endMs, stepSeconds };
  });
  return (
    <>
      {error !== undefined && <Problem what="The query could not be answered" error={error} />}
      {data === undefined ? (
        loading && (
          <p class="muted" aria-busy="true">
            Loading…
          </p>
        )
      ) : (
        <ExploreGraph {...data} />
      )}
    </>
  );
}

function Table({ queries }: { readonly queries: readonly string[] }) {
  const { from, to } = rangeText.value;
  const [hasAll, setAll] = useState(false);
  const key = JSON.stringify([queries, from, to, hasAll]);
  const { data, error, loading } = useQuery(
    key,
    async (signal) => {
      const { endMs } = timeRange.peek();
      return Promise.all(
        queries.map((query) => askInstant({ query, endMs }, hasAll ? ALL_ROWS : MAX_ROWS, signal)),
      );
    },
    // Fifty thousand rows that change every five seconds are read by nobody.
    { live: !hasAll },
  );
  return (
    <>
      {error !== undefined && <Problem what="The query could not be answered" error={error} />}
      {data === undefined ? (
        loading && (
          <p class="muted" aria-busy="true">
            Loading…
          </p>
        )
      ) : (
        <ExploreTable found={data} onAll={() => setAll(true)} />
      )}
    </>
  );
}
