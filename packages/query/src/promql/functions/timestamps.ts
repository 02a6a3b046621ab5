import { mergedResult } from '../evaluate/merge-rows.ts';
import { nameless } from '../evaluate/names.ts';
import type { Query } from '../evaluate/query.ts';
import { evaluateSelector, takeStartTimeMs, takeTimeMs } from '../evaluate/selector.ts';
import { emptyMatrix, FLOAT, NOTHING, relabeled, type StepMatrix } from '../step-matrix.ts';
import { evaluateArg, type VectorFunction } from './vector-function.ts';

/** Milliseconds to seconds, without the names. */
function asSeconds(matrix: StepMatrix, query: Query): StepMatrix {
  const values = matrix.values.map((timeMs) => timeMs / 1000);
  return mergedResult(
    relabeled({ ...matrix, values }, (series) => nameless(series, query)),
    query,
  );
}

/** Functions of the time of a sample instead of its value. */
export const timestampFunctions: Readonly<Record<string, VectorFunction>> = {
  /** Of a selector the time of its sample; of anything else the time at which it was evaluated. */
  async timestamp(call, steps, query) {
    const [arg] = call.args;
    if (arg?.kind === 'selector') {
      return asSeconds(await evaluateSelector(arg, query.seriesOf(arg), steps, query, takeTimeMs), query);
    }
    const vector = await evaluateArg(call, 0, steps, query);
    const kinds = vector.kinds.map((kind) => (kind === NOTHING ? NOTHING : FLOAT));
    const values = Float64Array.from(kinds, (_, cell) => steps.startMs + (cell % steps.count) * steps.stepMs);
    return asSeconds({ ...vector, kinds, values, histograms: new Map() }, query);
  },
  /** Of a selector only, and only when start times are in use. */
  async start_timestamp(call, steps, query) {
    const [arg] = call.args;
    if (!query.startTimestamps || arg?.kind !== 'selector') return emptyMatrix(steps.count);
    return asSeconds(await evaluateSelector(arg, query.seriesOf(arg), steps, query, takeStartTimeMs), query);
  },
};
