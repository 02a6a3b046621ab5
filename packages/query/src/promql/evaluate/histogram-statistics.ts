import { createHistogram, detectReset, type FloatHistogram } from '../histogram/index.ts';
import type { LoadedSeries } from './query.ts';

/**
 * A series whose native histograms have only their count and their sum, which is all that some functions need. Whether
 * there was a reset before each is found out first, since that needs the buckets.
 */
export function withStatisticsOnly(series: LoadedSeries): LoadedSeries {
  if (series.histograms === undefined) return series;
  let before: FloatHistogram | undefined;
  const histograms = series.histograms.map((histogram) => {
    if (histogram === undefined) return undefined;
    const counterReset = resetOf(histogram, before);
    before = { ...histogram, counterReset };
    const { schema, count, sum } = histogram;
    return createHistogram({ schema, count, sum, counterReset });
  });
  return { ...series, histograms };
}

function resetOf(
  histogram: FloatHistogram,
  before: FloatHistogram | undefined,
): FloatHistogram['counterReset'] {
  if (histogram.counterReset !== 'unknown' || before === undefined) return histogram.counterReset;
  return detectReset(histogram, before) ? 'reset' : 'not-reset';
}
