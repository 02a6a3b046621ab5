import type { SpanView } from '../fetch/span-view.ts';
import { requestOf } from '../fetch/extract.ts';
import { needsOf } from '../fetch/needs.ts';
import { createBudget } from '../run/budget.ts';
import type { QueryOptions } from '../run/budget.ts';
import { createTraceEvaluator, spansAtOnce } from '../run/evaluate-traces.ts';
import type { TimeRangeNs, TraceSource } from '../source.ts';
import type { Pipeline } from '../syntax/ast.ts';
import { lenientFilter } from './lenient-filter.ts';

export interface TagOptions extends QueryOptions {
  /** Traces with a part in it are looked at; default all. */
  readonly range?: TimeRangeNs | undefined;
  /** Only spans that fit are looked at. Of a query still being written the finished conditions count. */
  readonly query?: string | undefined;
}

const allTime: TimeRangeNs = { fromNs: 0n, toNs: 0x7fff_ffff_ffff_ffffn };
const everything: Pipeline = {
  kind: 'pipeline',
  stages: [{ kind: 'filter', expression: { kind: 'static', value: { type: 'boolean', value: true } } }],
};

/**
 * Visits the spans that a query leaves, or all.
 *
 * @param visit says `false` when nothing more is wanted
 */
export async function visitSpans(
  source: TraceSource,
  options: TagOptions,
  visit: (view: SpanView) => boolean,
): Promise<void> {
  const filter = lenientFilter(options.query ?? '');
  const pipeline: Pipeline = filter === undefined ? everything : { kind: 'pipeline', stages: [filter] };
  const evaluator = createTraceEvaluator(pipeline, requestOf(pipeline));
  const budget = createBudget(options);
  try {
    for await (const trace of source.traces(options.range ?? allTime, budget.signal, needsOf(pipeline))) {
      await budget.pause();
      budget.spans(trace.spans.length);
      let visited = 0;
      // oxlint-disable-next-line no-await-in-loop -- one trace after the other
      for (const { spans } of await evaluator.evaluate(trace, budget)) {
        for (const view of spans) {
          if (!visit(view)) return;
          visited += 1;
          // oxlint-disable-next-line no-await-in-loop -- that is what it is for
          if (visited % spansAtOnce === 0) await budget.pause();
        }
      }
    }
  } finally {
    budget.dispose();
  }
}
