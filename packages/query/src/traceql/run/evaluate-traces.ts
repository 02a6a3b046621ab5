import { compilePipeline } from '../evaluate/pipeline.ts';
import type { Spanset } from '../evaluate/spanset.ts';
import { createFetcher } from '../fetch/fetcher.ts';
import type { FetchRequest } from '../fetch/condition.ts';
import type { Trace } from '../model.ts';
import type { Pipeline } from '../syntax/ast.ts';
import { factsOf } from '../trace/trace-facts.ts';

/** Runs a pipeline on one trace after the other. */
export interface TraceEvaluator {
  /** The spansets that the pipeline leaves of a trace. */
  evaluate(trace: Trace): readonly Spanset[];
  /** Reads what is wanted of the spans that are left, besides what the pipeline needed. */
  complete(spansets: readonly Spanset[]): void;
}

export function createTraceEvaluator(pipeline: Pipeline, request: FetchRequest): TraceEvaluator {
  const fetcher = createFetcher(request);
  const evaluate = compilePipeline(pipeline);
  return {
    evaluate(trace) {
      const spans = fetcher.first(factsOf(trace));
      return spans.length === 0 ? [] : evaluate([{ spans, attributes: [], scalar: undefined }]);
    },
    complete(spansets) {
      for (const { spans } of spansets) fetcher.second(spans);
    },
  };
}
