import type { SeriesSnapshot } from './family.ts';

/** Whether everything that a page reads of a series is what its type says: other code hands it over. */
export function isWhole(series: SeriesSnapshot): boolean {
  const { value, exemplar, histogram, summary } = series;
  if (value !== undefined && !isNumber(value)) return false;
  if (!isExemplar(exemplar)) return false;
  if (histogram !== undefined) {
    const { counts, sum, exemplars = [] } = histogram;
    if (!isNumber(sum) || !counts.every(isNumber) || !exemplars.every(isExemplar)) return false;
  }
  if (summary === undefined) return true;
  const { quantiles, sum, count } = summary;
  return [sum, count, ...Object.values(quantiles)].every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isExemplar(exemplar: unknown): boolean {
  if (exemplar === undefined) return true;
  if (typeof exemplar !== 'object' || exemplar === null) return false;
  const { traceId, spanId, value, timeMs } = exemplar as Readonly<Record<string, unknown>>;
  return (
    typeof traceId === 'string' && typeof spanId === 'string' && isNumber(value) && Number.isFinite(timeMs)
  );
}
