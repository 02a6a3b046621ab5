import './trace.css';
import { useState } from 'preact/hooks';
import { queryLogs } from '../../api/loki.ts';
import { ApiError } from '../../api/request.ts';
import { type AnsweredTrace, traceById } from '../../api/tempo.ts';
import { useTitle } from '../../app/title.ts';
import { Empty } from '../../parts/empty.tsx';
import { Problem } from '../../parts/problem.tsx';
import { linesQuery } from '../../parts/trace/span-links.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href, pathParts } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { MAX_LINES } from './line-count.ts';
import { TraceView } from './trace-view.tsx';

/** Lines leave later than spans begin, and clocks differ [ms]. */
const SLACK_MS = 60_000;
/** Log lines leave a service in batches: of a trace that is younger they may still come [ms]. */
const YOUNG_MS = 30_000;

/** `/trace/<id>?span=<span id>`. */
export function Page() {
  const id = (pathParts.value[1] ?? '').toLowerCase();
  const [attempt, setAttempt] = useState(0);
  const isId = /^[\da-f]{1,32}$/.test(id);
  const { data, error, loading } = useQuery(
    isId ? `trace ${id} ${attempt}` : undefined,
    (signal) => traceById(id, signal),
    { live: false },
  );
  // What is kept from the address before is not this trace.
  const trace = data !== undefined && data.id === id.padStart(32, '0') ? data : undefined;
  useTitle(trace === undefined ? `Trace ${id.slice(0, 8)}` : nameOf(trace));
  const lines = useQuery(
    trace === undefined ? undefined : `lines ${id} ${attempt}`,
    (signal) => linesOf(trace, signal),
    { live: trace !== undefined && Date.now() - trace.startMs < YOUNG_MS },
  );

  if (!isId)
    return (
      <Empty title="This is no trace id">
        <p>A trace id has up to 32 hexadecimal digits.</p>
        <p>
          <a href={href('/traces')}>To the search</a>
        </p>
      </Empty>
    );
  if (error instanceof ApiError && error.status === 404 && trace === undefined)
    return <Missing id={id} onAgain={() => setAttempt(attempt + 1)} />;
  if (error !== undefined && trace === undefined)
    return <Problem what="The trace could not be read" error={error} />;
  if (trace === undefined || loading)
    return (
      <p class="muted" aria-busy="true">
        Reading the trace…
      </p>
    );
  if (trace.spans.length === 0) return <Empty title="The trace has no spans" />;
  return (
    <TraceView
      key={`${id} ${attempt}`}
      trace={trace}
      lines={lines.data ?? []}
      lineProblem={lines.error}
      onAgain={() => setAttempt(attempt + 1)}
    />
  );
}

function Missing({ id, onAgain }: { readonly id: string; onAgain(): void }) {
  return (
    <Empty title="This trace is not kept">
      <p>
        No span of <code>{id}</code> is here: it was not sampled, has not come yet, or is older than what is
        kept. Its log lines may still be there.
      </p>
      <p class="row">
        <button onClick={onAgain}>Look again</button>
        <a class="button" href={href('/logs', { query: linesQuery(id.padStart(32, '0')) })}>
          Its log lines
        </a>
        <a class="button" href={href('/traces')}>
          Other traces
        </a>
      </p>
    </Empty>
  );
}

function nameOf({ spans }: AnsweredTrace): string {
  const root = spans.find(({ parentId }) => parentId === '') ?? spans[0];
  return root === undefined ? 'Trace' : visibleText(`${root.service}: ${root.name}`, { oneLine: true });
}

async function linesOf(trace: AnsweredTrace | undefined, signal: AbortSignal) {
  if (trace === undefined) return [];
  const endMs = trace.spans.reduce((end, span) => Math.max(end, span.startMs + span.durationMs), 0);
  return queryLogs(
    {
      query: linesQuery(trace.id),
      startMs: trace.startMs - SLACK_MS,
      endMs: trace.startMs + endMs + SLACK_MS,
      limit: MAX_LINES,
      direction: 'forward',
    },
    signal,
  );
}
