import type { SpanView } from '../fetch/span-view.ts';
import type { Pipeline, PipelineStage, ScalarExpression, ScalarFilter } from '../syntax/ast.ts';
import { printExpression } from '../syntax/print.ts';
import { operate } from '../value/operate.ts';
import { keyOf } from '../value/static.ts';
import { compileAggregate } from './aggregate.ts';
import { compileField } from './field.ts';
import type { Spanset, StageFunction } from './spanset.ts';
import { compileOperation } from './spanset-operation.ts';

/** A pipeline, made ready once for all traces. */
export function compilePipeline({ stages }: Pipeline): StageFunction {
  const functions = stages.map(compileStage);
  return (input) => {
    let current = input;
    for (const stage of functions) {
      current = stage(current);
      if (current.length === 0) return [];
    }
    return current;
  };
}

function compileStage(stage: PipelineStage): StageFunction {
  switch (stage.kind) {
    case 'pipeline':
      return compilePipeline(stage);
    case 'filter':
      return compileFilter(compileField(stage.expression));
    case 'spanset-operation':
      return compileOperation(stage.op, compileStage(stage.left), compileStage(stage.right));
    case 'scalar-filter':
      return compileScalarFilter(stage);
    case 'group':
      return compileGroup(printExpression(stage), compileField(stage.expression));
    case 'coalesce':
      return coalesce;
    default:
      // What `select` names was read already; an aggregate that ends a pipeline stands in a comparison, which is refused.
      return (input) => input;
  }
}

function compileFilter(test: ReturnType<typeof compileField>): StageFunction {
  const passes = (view: SpanView): boolean => {
    const result = test(view);
    return result.type === 'boolean' && result.value;
  };
  return (input) => {
    const output: Spanset[] = [];
    for (const spanset of input) {
      const spans = spanset.spans.filter(passes);
      if (spans.length > 0) output.push({ ...spanset, spans });
    }
    return output;
  };
}

function compileScalarFilter({ op, left, right }: ScalarFilter): StageFunction {
  // A query with anything else is refused before it is run.
  const aggregate = compileAggregate(left as Extract<ScalarExpression, { kind: 'aggregate' }>);
  const { value } = right as Extract<ScalarExpression, { kind: 'static' }>;
  return (input) =>
    aggregate(input).filter((spanset) => {
      const result = operate(op, spanset.scalar!, value);
      return result.type === 'boolean' && result.value;
    });
}

function compileGroup(name: string, expression: ReturnType<typeof compileField>): StageFunction {
  return (input) =>
    input.flatMap((spanset) => {
      const groups = new Map<string, { readonly set: Spanset; readonly spans: SpanView[] }>();
      for (const view of spanset.spans) {
        const value = expression(view);
        const key = keyOf(value);
        const group = groups.get(key) ?? { set: grouped(spanset, name, value), spans: [] };
        group.spans.push(view);
        groups.set(key, group);
      }
      return Array.from(groups.values(), ({ set: { attributes, scalar }, spans }) => ({
        spans,
        attributes,
        scalar,
      }));
    });
}

const grouped = (from: Spanset, name: string, value: Spanset['attributes'][number]['value']): Spanset => ({
  spans: [],
  attributes: [...from.attributes, { name, value }],
  scalar: undefined,
});

/** All spansets of a trace become one again. */
const coalesce: StageFunction = (input) => [
  { spans: input.flatMap(({ spans }) => spans), attributes: [], scalar: undefined },
];
