import './traces.css';
import { useEffect, useState } from 'preact/hooks';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { WiderRange } from '../../parts/wider-range.tsx';
import { href, param, setParams } from '../../state/location.ts';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { FormFields } from './form-fields.tsx';
import { Results } from './results.tsx';
import { queryOrAll } from './search-form.ts';
import { searchSpread } from './search-spread.ts';
import { TraceqlInput } from './traceql-input.tsx';

const LIMITS = [20, 100, 500] as const;
const DEFAULT_LIMIT = 100;

function run(query: string): void {
  setParams({ query: query.trim() }, { replace: false });
}

/** `/traces?query=<TraceQL>&sort=-duration&limit=100`. */
export function Page() {
  const query = param('query');
  const limit = LIMITS.find((each) => String(each) === param('limit')) ?? DEFAULT_LIMIT;
  const [draft, setDraft] = useState(query);
  useEffect(() => setDraft(query), [query]);
  const { data, error, loading } = useQuery(
    `traces ${query} ${limit} ${param('from')} ${param('to')}`,
    (signal) => searchSpread({ query: queryOrAll(query), limit, ...timeRange.peek() }, signal),
  );

  return (
    <div class="stack traces">
      <form
        class="stack"
        role="search"
        aria-label="Traces"
        onSubmit={(event) => {
          event.preventDefault();
          run(draft);
        }}
      >
        <FormFields query={query} onQuery={run} />
        <div class="row">
          <TraceqlInput value={draft} onInput={setDraft} onRun={run} />
          <select
            aria-label="At most so many traces"
            value={String(limit)}
            onChange={({ currentTarget: { value } }) =>
              setParams({ limit: value === String(DEFAULT_LIMIT) ? '' : value })
            }
          >
            {LIMITS.map((each) => (
              <option key={each} value={String(each)}>
                {each} traces
              </option>
            ))}
          </select>
          <button class="primary" type="submit">
            Search
          </button>
        </div>
      </form>
      {error !== undefined && <Problem what="The search failed" error={error} />}
      <section class="stack" aria-label="Found traces" aria-busy={data === undefined && loading}>
        {data === undefined && loading && <p class="muted">Searching…</p>}
        {data !== undefined && data.traces.length === 0 && error === undefined && <Nothing query={query} />}
        {data !== undefined && data.traces.length > 0 && <Results query={query} found={data} />}
      </section>
    </div>
  );
}

function Nothing({ query }: { readonly query: string }) {
  if (!['', '{}', '{ }'].includes(query.trim()))
    return (
      <Empty title="No trace in these minutes is like this">
        <p>Look at more time, or ask for less.</p>
        <WiderRange />
        <p>
          <a class="button" href={href('/traces')}>
            All traces
          </a>
        </p>
      </Empty>
    );
  return (
    <Empty title="No traces in these minutes">
      <WiderRange />
      <p>A Node service sends them with one import, from the next request on:</p>
      <pre>
        {`npm install @sightline/bootstrap\nOTEL_EXPORTER_OTLP_ENDPOINT=${window.location.origin} \\\n  node --import @sightline/bootstrap/register server.js`}
      </pre>
      <p class="muted">Any other OpenTelemetry SDK does as well: the endpoint is the same.</p>
    </Empty>
  );
}
