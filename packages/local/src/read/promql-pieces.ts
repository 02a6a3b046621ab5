import { type PromqlValue, promqlValueToJson } from '@sightline/query/promql';

/** Samples that become JSON at once. */
const SAMPLES_TOGETHER = 2000;

/**
 * A result as Prometheus's API has it, as JSON in pieces: of millions of samples, each of which takes a hundred bytes as a
 * value of JSON, there is never all of it.
 */
export function* promqlPieces(value: PromqlValue): Generator<string> {
  if (value.type === 'vector') {
    yield* listed(
      'vector',
      value.vector,
      () => 1,
      (vector) => ({ type: 'vector', vector }),
    );
  } else if (value.type === 'matrix') {
    const samplesOf = (series: (typeof value.matrix)[number]): number =>
      1 + series.values.length + series.histograms.length * 10;
    yield* listed('matrix', value.matrix, samplesOf, (matrix) => ({ type: 'matrix', matrix }));
  } else yield JSON.stringify(promqlValueToJson(value));
}

function* listed<Each>(
  resultType: string,
  all: readonly Each[],
  samplesOf: (each: Each) => number,
  valueOf: (some: readonly Each[]) => PromqlValue,
): Generator<string> {
  yield `{"resultType":"${resultType}","result":[`;
  let from = 0;
  while (from < all.length) {
    let to = from;
    for (let samples = 0; to < all.length && samples < SAMPLES_TOGETHER; to += 1)
      samples += samplesOf(all[to]!);
    const { result } = promqlValueToJson(valueOf(all.slice(from, to)));
    yield `${from === 0 ? '' : ','}${JSON.stringify(result).slice(1, -1)}`;
    from = to;
  }
  yield ']}';
}
