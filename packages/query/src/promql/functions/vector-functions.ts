import { absent } from '../evaluate/absent.ts';
import { histogramFunctions } from './histogram-functions.ts';
import { info } from './info.ts';
import { labelFunctions } from './label-functions.ts';
import { scalarFunctions } from './scalars.ts';
import { simpleFunctions } from './simple.ts';
import { sortFunctions } from './sorting.ts';
import { timestampFunctions } from './timestamps.ts';
import { evaluateArg, type VectorFunction } from './vector-function.ts';

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
    return absent(call.args[0]!, await evaluateArg(call, 0, steps, query));
  },
};
