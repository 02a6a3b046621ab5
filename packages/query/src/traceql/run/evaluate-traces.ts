import { compilePipeline } from '../evaluate/pipeline.ts';
import type { Spanset } from '../evaluate/spanset.ts';
import { createFetcher } from '../fetch/fetcher.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { FetchRequest } from '../fetch/condition.ts';
import type { Trace } from '../model.ts';
import type { Pipeline } from '../syntax/ast.ts';
import { factsOf } from '../trace/trace-facts.ts';
import type { Budget } from './budget.ts';

/** Spans that are read between two times at which others may work. */
export const spansAtOnce = 500;

/** Runs a pipeline on one trace after the other. */
export interface TraceEvaluator {
  /** The spansets that the pipeline leaves of a trace. */
  evaluate(trace: Trace, budget: Pick<Budget, 'pause'>): Promise<readonly Spanset[]>;
  /** Reads what is wanted of the spans that are left, besides what the pipeline needed. */
  complete(spansets: readonly Spanset[], budget: Pick<Budget, 'pause'>): Promise<void>;
}

export function createTraceEvaluator(pipeline: Pipeline, request: FetchRequest): TraceEvaluator {
  const fetcher = createFetcher(request);
  const evaluate = compilePipeline(pipeline);
  return {
    async evaluate(trace, budget) {
      const facts = factsOf(trace);
      const spans: SpanView[] = [];
      for (let from = 0; from < facts.spans.length; from += spansAtOnce) {
        // oxlint-disable-next-line no-await-in-loop -- that is what it is for
        if (from > 0) await budget.pause();
        fetcher.first(facts, from, from + spansAtOnce, spans);
      }
      return spans.length === 0 ? [] : evaluate([{ spans, attributes: [], scalar: undefined }]);
    },
    async complete(spansets, budget) {
      let read = 0;
      for (const { spans } of spansets) {
        for (const view of spans) {
          fetcher.second(view);
          read += 1;
          // oxlint-disable-next-line no-await-in-loop -- that is what it is for
          if (read % spansAtOnce === 0) await budget.pause();
        }
      }
    },
  };
}
