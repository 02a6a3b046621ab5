import { absent } from '../evaluate/absent.ts';
import { emptyMatrix } from '../step-matrix.ts';
import { histogramFunctions } from './histogram-functions.ts';
import { info } from './info.ts';
import { labelFunctions } from './label-functions.ts';
import { scalarFunctions } from './scalars.ts';
import { simpleFunctions } from './simple.ts';
import { sortFunctions } from './sorting.ts';
import { timestampFunctions } from './timestamps.ts';
import { evaluateArgs, type VectorFunction } from './vector-function.ts';

/** Every function without a range among its arguments, by its name. */
export const vectorFunctions: Readonly<Record<string, VectorFunction | undefined>> = {
  ...histogramFunctions,
  ...labelFunctions,
  ...scalarFunctions,
  ...simpleFunctions,
  ...sortFunctions,
  ...timestampFunctions,
  info,
  async absent(call, steps, query) {
    const [vector] = await evaluateArgs(call, steps, query);
    const asked = call.args[0];
    return vector === undefined || asked === undefined ? emptyMatrix(steps.count) : absent(asked, vector);
  },
};
