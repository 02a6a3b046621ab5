import {
  CUSTOM_BOUNDS_SCHEMA,
  MAX_EXPONENTIAL_SCHEMA,
  MIN_EXPONENTIAL_SCHEMA,
  hasCustomBounds,
} from './create-histogram.ts';
import type { BucketSpan, FloatHistogram } from './float-histogram.ts';

function spanProblems(side: string, spans: readonly BucketSpan[], buckets: number): readonly string[] {
  const problems = spans.flatMap(({ offset }, position) =>
    position > 0 && offset < 0 ? [`${side}: span ${position + 1} has the negative offset ${offset}`] : [],
  );
  const length = spans.reduce((sum, span) => sum + span.length, 0);
  return length === buckets
    ? problems
    : [...problems, `${side}: the spans need ${length} buckets and there are ${buckets}`];
}

function countProblems(side: string, counts: Float64Array): readonly string[] {
  const position = counts.findIndex((count) => count < 0);
  return position === -1 ? [] : [`${side}: bucket ${position + 1} holds ${counts[position]}`];
}

function customProblems({ customValues, positiveSpans, ...rest }: FloatHistogram): readonly string[] {
  const problems: string[] = [];
  for (const [position, bound] of customValues.entries()) {
    if (!(bound > (customValues[position - 1] ?? -Infinity)) || bound === Infinity)
      problems.push(`custom bounds: bound ${position + 1} is ${bound}; they are finite and ascend`);
  }
  const reach = positiveSpans.reduce((sum, { offset, length }) => sum + offset + length, 0);
  if (reach > customValues.length + 1 || (positiveSpans[0]?.offset ?? 0) < 0)
    problems.push(`custom bounds: ${customValues.length} of them are too few for buckets up to ${reach}`);
  if (rest.zeroCount !== 0 || rest.zeroThreshold !== 0)
    problems.push('custom bounds: there is no zero bucket');
  if (rest.negativeBuckets.length > 0 || rest.negativeSpans.length > 0)
    problems.push('custom bounds: there are no negative buckets');
  return problems;
}

/** What does not fit together in a histogram, all of it; empty when it is valid. */
export function validateHistogram(histogram: FloatHistogram): readonly string[] {
  const { schema, count, zeroCount } = histogram;
  const custom = hasCustomBounds(histogram);
  const isExponential =
    Number.isInteger(schema) && schema >= MIN_EXPONENTIAL_SCHEMA && schema <= MAX_EXPONENTIAL_SCHEMA;
  if (!custom && !isExponential) {
    return [
      `schema is ${schema}; it is ${MIN_EXPONENTIAL_SCHEMA} to ${MAX_EXPONENTIAL_SCHEMA}, or ${CUSTOM_BOUNDS_SCHEMA} with custom bounds`,
    ];
  }
  const { positiveSpans, positiveBuckets, negativeSpans, negativeBuckets, customValues } = histogram;
  return [
    ...spanProblems('positive', positiveSpans, positiveBuckets.length),
    ...spanProblems('negative', negativeSpans, negativeBuckets.length),
    ...countProblems('positive', positiveBuckets),
    ...countProblems('negative', negativeBuckets),
    ...(custom ? customProblems(histogram) : []),
    ...(!custom && customValues.length > 0 ? ['custom bounds: an exponential schema has none'] : []),
    ...(count < 0 ? [`count is ${count}`] : []),
    ...(zeroCount < 0 ? [`zero count is ${zeroCount}`] : []),
  ];
}
