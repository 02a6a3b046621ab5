import { readFileSync } from 'node:fs';
import type { Kind } from './answers.ts';

/** Lines of a file beside this one, without the empty ones. */
function linesOf(file: string): readonly string[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text.split('\n').filter((line) => line !== '');
}

/** Searches of everything that TraceQL can ask. */
export const searchQueries = linesOf('searches.traceql');
/** Queries for series. */
export const metricsQueries = linesOf('series.traceql');
/** What is refused, for each reason there is. */
export const wrongQueries = linesOf('mistakes.traceql');

/** Every question that is written down, and how it is asked. */
export const questions: readonly (readonly [Kind, string])[] = [
  ...searchQueries.map((query) => ['search', query] as const),
  ...metricsQueries.flatMap((query) =>
    (['range of 60s', 'range of 20s', 'instant'] as const).map((kind) => [kind, query] as const),
  ),
  ...wrongQueries.map((query) => [isMetric(query) ? 'range of 60s' : 'search', query] as const),
];

/** Whether a query asks for series. */
export function isMetric(query: string): boolean {
  return /rate|_over_time|compare|topk/.test(query);
}

/** What is written down of the metrics generator. */
export const generated = 'span metrics and service graph';
