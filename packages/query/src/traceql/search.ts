import { QueryError } from '../query-error.ts';
import type { Spanset } from './evaluate/spanset.ts';
import type { Condition, FetchRequest } from './fetch/condition.ts';
import { requestOf } from './fetch/extract.ts';
import { needsOf } from './fetch/needs.ts';
import { createBudget } from './run/budget.ts';
import type { QueryOptions } from './run/budget.ts';
import { createTraceEvaluator } from './run/evaluate-traces.ts';
import { createTop } from './run/most-recent.ts';
import { traceResult } from './search-result.ts';
import type { ShownSpanset, TraceSearchResult } from './search-result.ts';
import type { TimeRangeNs, TraceSource } from './source.ts';
import { intrinsicAttribute } from './syntax/attribute.ts';
import { parseTraceql } from './syntax/parse.ts';
import { factsOf } from './trace/trace-facts.ts';

export interface SearchOptions extends QueryOptions {
  /** Traces with a part in it are looked at; default all. */
  readonly range?: TimeRangeNs | undefined;
  /** Most traces of the answer. Default 20. */
  readonly limit?: number | undefined;
  /** Most spans that are shown of each spanset; 0 for the default, 3. */
  readonly spansPerSpanset?: number | undefined;
}

/** As `/api/search` of Tempo answers. */
export interface SearchResponse {
  /** The newest first. */
  readonly traces: readonly TraceSearchResult[];
  readonly metrics: { readonly inspectedTraces: number; readonly inspectedSpans: string };
}

const defaultLimit = 20;
const defaultSpansPerSpanset = 3;
const allTime: TimeRangeNs = { fromNs: 0n, toNs: 0x7fff_ffff_ffff_ffffn };

/** What an answer shows of every span. */
const shown: readonly Condition[] = (['span:id', 'duration'] as const).map((intrinsic) => ({
  subject: intrinsicAttribute(intrinsic),
  op: 'any',
  operand: undefined,
}));

/**
 * Searches for traces.
 *
 * @param query in TraceQL
 * @throws {QueryError} `bad_data` for a query that is none; `execution`, `limit`, `timeout` and `canceled`
 */
export async function searchTraces(
  source: TraceSource,
  query: string,
  options: SearchOptions = {},
): Promise<SearchResponse> {
  const { root, hints } = parseTraceql(query);
  if (root.kind === 'math') throw new QueryError('bad_data', 'math expressions not supported');
  // Of a query for series, the spans that they would be made of.
  const pipeline = root.kind === 'metrics' ? root.pipeline : root;
  const limit = options.limit ?? defaultLimit;
  const spansPerSpanset = options.spansPerSpanset || defaultSpansPerSpanset;
  const mostRecent = hints.get('most_recent');
  const all = mostRecent?.type === 'boolean' && mostRecent.value;
  const evaluator = createTraceEvaluator(pipeline, withShown(requestOf(pipeline)));
  const budget = createBudget(options);
  const found = createTop<TraceSearchResult>(limit);
  let inspectedTraces = 0;
  let inspectedSpans = 0;
  try {
    for await (const trace of source.traces(options.range ?? allTime, budget.signal, needsOf(pipeline))) {
      await budget.pause();
      budget.spans(trace.spans.length);
      inspectedTraces += 1;
      inspectedSpans += trace.spans.length;
      // oxlint-disable-next-line no-await-in-loop -- one trace after the other
      const spansets = (await evaluator.evaluate(trace, budget)).map((spanset) =>
        cut(spanset, spansPerSpanset),
      );
      if (spansets.length === 0) continue;
      const facts = factsOf(trace);
      if (!found.takes(facts.startNs)) continue;
      budget.keep(spansets.length * spansPerSpanset);
      const shownSpansets = spansets.map(({ spanset }) => spanset);
      // oxlint-disable-next-line no-await-in-loop -- one trace after the other
      await evaluator.complete(shownSpansets, budget);
      found.add(facts.startNs, traceResult(facts, spansets));
      // The source gives the newest first; whoever asks for the most recent gets them also when it does not.
      if (!all && found.size >= limit) break;
    }
  } finally {
    budget.dispose();
  }
  return { traces: found.sorted(), metrics: { inspectedTraces, inspectedSpans: String(inspectedSpans) } };
}

const withShown = (request: FetchRequest): FetchRequest => ({
  ...request,
  secondPass: [...request.secondPass, ...shown],
});

const cut = (spanset: Spanset, spans: number): ShownSpanset => ({
  spanset: { ...spanset, spans: spanset.spans.slice(0, spans) },
  matched: spanset.spans.length,
});
