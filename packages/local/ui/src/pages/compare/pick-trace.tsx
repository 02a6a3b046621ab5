import { type FoundTrace, searchTraces } from '../../api/tempo.ts';
import { momentTime, duration } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { quoted } from '../../parts/quote.ts';
import { traceqlOf } from '../../parts/trace/write-traceql.ts';
import { setParams } from '../../state/location.ts';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { type SimilarTraces, similarTraces } from './similar-traces.ts';
import type { ComparedTrace } from './trace-card.tsx';

interface PickTraceProps {
  readonly side: 'a' | 'b';
  /** The one that is there. */
  readonly compared: ComparedTrace;
}

const SEARCHED = 200;

/** Traces of the same operation that were faster or slower, to be compared with. */
export function PickTrace({ side, compared: { trace, tree } }: PickTraceProps) {
  const root = tree.roots[0]?.span;
  const query = traceqlOf([
    `rootServiceName = ${quoted(root?.service ?? '')}`,
    `rootName = ${quoted(root?.name ?? '')}`,
  ]);
  const { data, error } = useQuery(
    `similar to ${trace.id}`,
    (signal) => searchTraces({ query, limit: SEARCHED, ...timeRange.peek() }, signal),
    { live: false },
  );
  if (error !== undefined) return <Problem what="No other traces" error={error} />;
  if (data === undefined) return <p class="muted">Looking for others of the same operation…</p>;
  const similar = similarTraces(data, { id: trace.id, durationMs: tree.durationMs });
  return (
    <>
      <h2>
        <span class="compare-side">{side.toUpperCase()}</span> Compare with
      </h2>
      {similar.faster.length + similar.slower.length === 0 && (
        <p class="muted">No other trace of this operation in these minutes. Look at more time.</p>
      )}
      <Choices name="Faster" traces={similar.faster} side={side} />
      <Choices name="Slower" traces={similar.slower} side={side} />
      <Choices name="Failed" traces={similar.failed} side={side} />
    </>
  );
}

interface ChoicesProps {
  readonly name: string;
  readonly traces: SimilarTraces['faster'];
  readonly side: 'a' | 'b';
}

function Choices({ name, traces, side }: ChoicesProps) {
  if (traces.length === 0) return null;
  return (
    <div class="row" role="group" aria-label={name}>
      <span class="compare-kind muted">{name}</span>
      {traces.map((trace: FoundTrace) => (
        <button
          key={trace.id}
          title={momentTime(trace.startMs)}
          onClick={() => setParams({ [side]: trace.id }, { replace: false })}
        >
          {trace.durationMs === 0 ? '< 1 ms' : duration(trace.durationMs / 1000)}
          {trace.errors > 0 && <span class="bad">failed</span>}
        </button>
      ))}
    </div>
  );
}
