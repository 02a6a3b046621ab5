import { QueryError } from '../../query-error.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { SpansetOperator } from '../syntax/ast.ts';
import type { Spanset, StageFunction } from './spanset.ts';
import { relations } from './structure.ts';

/** `&&`, `||` and the structural operators, on each spanset by itself. */
export function compileOperation(
  op: SpansetOperator,
  left: StageFunction,
  right: StageFunction,
): StageFunction {
  return (input) => {
    const output: Spanset[] = [];
    for (const spanset of input) {
      const spans = joined(op, left([spanset]), right([spanset]));
      if (spans.length > 0) output.push({ ...spanset, spans });
    }
    return output;
  };
}

function joined(
  op: SpansetOperator,
  left: readonly Spanset[],
  right: readonly Spanset[],
): readonly SpanView[] {
  if (op === '&&') return left.length > 0 && right.length > 0 ? union(left, right) : [];
  if (op === '||') return union(left, right);
  const [first] = right;
  if (first === undefined) return [];
  if (left.length > 1 || right.length > 1) {
    throw new QueryError(
      'execution',
      'spanset operators are not supported for multiple spansets per trace. consider using coalesce()',
    );
  }
  return relations[op](left[0]?.spans ?? [], first.spans);
}

/** The spans of both sides, each once; the shorter side first, as Tempo has it. */
function union(left: readonly Spanset[], right: readonly Spanset[]): readonly SpanView[] {
  const sides = [left, right].map((side) => side.flatMap(({ spans }) => spans));
  const [a = [], b = []] = sides;
  const [small, large] = a.length < b.length ? [a, b] : [b, a];
  const known = new Set(small);
  return [...small, ...large.filter((view) => !known.has(view))];
}
