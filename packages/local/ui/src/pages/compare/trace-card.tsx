import type { AnsweredTrace } from '../../api/tempo.ts';
import { momentTime, duration, percent } from '../../parts/format.ts';
import { TraceOverview } from '../../parts/trace/overview.tsx';
import type { TraceTree } from '../../parts/trace/trace-tree.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href, setParams } from '../../state/location.ts';

export interface ComparedTrace {
  readonly trace: AnsweredTrace;
  readonly tree: TraceTree;
}

interface TraceCardProps {
  readonly side: 'a' | 'b';
  readonly compared: ComparedTrace;
  /** How long the other one took [ms]. */
  readonly otherMs: number | undefined;
  readonly colours: ReadonlyMap<string, string>;
  /** The longer of the two: both are drawn to the same scale [ms]. */
  readonly wholeMs: number;
}

const OVERVIEW_PX = 90;

/** One of two traces: what it is, and its shape to the scale of both. */
export function TraceCard({ side, compared: { trace, tree }, otherMs, colours, wholeMs }: TraceCardProps) {
  const root = tree.roots[0]?.span;
  const failed = tree.nodes.filter(({ span }) => span.status === 'error').length;
  const delta = otherMs === undefined ? 0 : tree.durationMs - otherMs;
  return (
    <>
      <div class="row">
        <h2 class="grow compare-name">
          <span class="compare-side">{side.toUpperCase()}</span>{' '}
          <a href={href(`/trace/${trace.id}`)}>
            {visibleText(`${root?.service ?? ''}: ${root?.name ?? ''}`, { oneLine: true })}
          </a>
        </h2>
        <button class="plain" onClick={() => setParams({ [side]: '' })}>
          Another
        </button>
      </div>
      <p>
        <strong>{duration(tree.durationMs / 1000)}</strong>{' '}
        {otherMs !== undefined && otherMs > 0 && delta !== 0 && (
          <span class={delta > 0 ? 'bad' : 'ok'}>
            {delta > 0 ? 'slower' : 'faster'} by {duration(Math.abs(delta) / 1000)} (
            {percent(Math.abs(delta) / otherMs)})
          </span>
        )}{' '}
        <span class="muted">
          {momentTime(trace.startMs)} · {tree.nodes.length} spans
        </span>{' '}
        {failed > 0 && <span class="bad">{failed} failed</span>}
      </p>
      <TraceOverview
        tree={tree}
        colours={colours}
        wholeMs={wholeMs}
        height={OVERVIEW_PX}
        label={`Trace ${side.toUpperCase()}: ${tree.nodes.length} spans over ${duration(tree.durationMs / 1000)}`}
      />
    </>
  );
}
