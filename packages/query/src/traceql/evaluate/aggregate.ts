import type { AggregateFunction, FieldExpression } from '../syntax/ast.ts';
import { printExpression } from '../syntax/print.ts';
import { compare } from '../value/equality.ts';
import { duration, float, int } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import { compileField } from './field.ts';
import type { StageFunction } from './spanset.ts';

/** What an aggregate makes of the values of its spans, of which there is at least one and none is nil. */
const reducers: Readonly<Record<Exclude<AggregateFunction, 'count'>, (values: readonly Static[]) => Static>> =
  {
    sum,
    avg: (values) => divided(sum(values), values.length),
    max: (values) => values.reduce((best, value) => (compare(value, best) > 0 ? value : best)),
    min: (values) => values.reduce((best, value) => (compare(value, best) < 0 ? value : best)),
  };

interface Aggregate {
  readonly kind: 'aggregate';
  readonly op: AggregateFunction;
  readonly operand: FieldExpression | undefined;
}

/** Computes a number of each spanset and notes it there; spansets without a value are left out. */
export function compileAggregate(aggregate: Aggregate): StageFunction {
  const name = printExpression(aggregate);
  const { op, operand } = aggregate;
  const valueOf = operand === undefined ? undefined : compileField(operand);
  return (input) =>
    input.flatMap((spanset) => {
      const scalar =
        op === 'count' || valueOf === undefined
          ? int(BigInt(spanset.spans.length))
          : reduced(op, spanset.spans.map(valueOf));
      if (scalar === undefined) return [];
      return [{ ...spanset, scalar, attributes: [...spanset.attributes, { name, value: scalar }] }];
    });
}

function reduced(op: Exclude<AggregateFunction, 'count'>, values: readonly Static[]): Static | undefined {
  const present = values.filter(({ type }) => type !== 'nil');
  return present.length === 0 ? undefined : reducers[op](present);
}

/** The sum in the type of the first value; values of other types add nothing. */
function sum(values: readonly Static[]): Static {
  return values.reduce((total, value) => {
    if (total.type === 'int' && value.type === 'int') return int(total.value + value.value);
    if (total.type === 'duration' && value.type === 'duration') return duration(total.value + value.value);
    return total.type === 'float' && value.type === 'float' ? float(total.value + value.value) : total;
  });
}

function divided(total: Static, count: number): Static {
  // An int that overflowed is read without its sign there.
  if (total.type === 'int') return float(Number(BigInt.asUintN(64, total.value)) / count);
  if (total.type === 'float') return float(total.value / count);
  return total.type === 'duration' ? duration(total.value / BigInt(count)) : total;
}
