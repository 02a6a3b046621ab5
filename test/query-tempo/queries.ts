import { readFileSync } from 'node:fs';

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
