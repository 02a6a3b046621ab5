import { requestOf } from '../fetch/extract.ts';
import { allEntries } from '../fetch/span-view.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { Trace } from '../model.ts';
import type { Budget } from '../run/budget.ts';
import { createTraceEvaluator, spansAtOnce } from '../run/evaluate-traces.ts';
import type { MetricsExpression } from '../syntax/ast.ts';
import type { CollectorContext } from './collector.ts';
import { createCompareCollector } from './compare.ts';
import { createExemplarBudget } from './exemplars.ts';
import { createOverTimeCollector } from './over-time.ts';
import { spanWeight } from './sampling.ts';
import type { SeriesSet } from './series.ts';

export type Leaf = Extract<MetricsExpression, { kind: 'metrics' }>;

/** Makes series of traces, one trace after the other. */
export interface LeafEvaluator {
  add(trace: Trace): Promise<void>;
  /** The series before any second stage. */
  result(): SeriesSet;
}

export interface LeafContext extends CollectorContext {
  readonly budget: Budget;
  /** Most exemplars. */
  readonly exemplars: number;
  /** Whether spans count for those that sampling left out. */
  readonly extrapolate: boolean;
}

const nanosecondsInMillisecond = 1_000_000n;

export function createLeafEvaluator({ pipeline, first }: Leaf, context: LeafContext): LeafEvaluator {
  const { intervals, budget, exemplars: limit, extrapolate } = context;
  const evaluator = createTraceEvaluator(pipeline, requestOf(pipeline, first));
  const collector =
    first.kind === 'compare'
      ? createCompareCollector(first, context)
      : createOverTimeCollector(first, context);
  const exemplars = createExemplarBudget(limit, intervals);

  function addSpan(view: SpanView, wantsExemplar: boolean): boolean {
    const { span } = view;
    const step = intervals.of(span.startNs);
    if (step === -1) return false;
    collector.observe(view, step, extrapolate ? spanWeight(span.traceState) : 1);
    const timeMs = Number(span.startNs / nanosecondsInMillisecond);
    if (!wantsExemplar || !exemplars.take(timeMs)) return false;
    collector.exemplar(view, { traceId: span.traceId, entries: allEntries(view), timeMs });
    return true;
  }

  return {
    async add(trace) {
      const spansets = await evaluator.evaluate(trace, budget);
      if (spansets.length === 0) return;
      await evaluator.complete(spansets, budget);
      // One span of a trace is enough to find it.
      let wantsExemplar = !exemplars.isFull();
      let added = 0;
      for (const { spans } of spansets) {
        for (const view of spans) {
          if (addSpan(view, wantsExemplar)) wantsExemplar = false;
          added += 1;
          // oxlint-disable-next-line no-await-in-loop -- that is what it is for
          if (added % spansAtOnce === 0) await budget.pause();
        }
      }
    },
    result: () => collector.result(),
  };
}
