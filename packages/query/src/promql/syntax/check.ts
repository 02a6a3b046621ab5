import { labelTest } from '../../labels.ts';
import type { Aggregate, Call, Expression, ValueType, VectorSelector } from '../ast.ts';
import { functionTypes } from '../functions/types.ts';
import { valueType } from '../value-type.ts';
import { checkBinary } from './check-binary.ts';
import type { ParseFailure } from './parse-error.ts';

const documented: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  vector: 'instant vector',
  matrix: 'range vector',
  string: 'string',
};

/** What the checks of one query share. */
export interface Checking {
  readonly source: string;
  readonly fail: ParseFailure;
  readonly check: (expression: Expression) => ValueType;
}

/** Fails, with Prometheus's words, at the first expression that does not fit where it stands. */
export function checkTypes(source: string, root: Expression, fail: ParseFailure): void {
  const checking: Checking = { source, fail, check: (expression) => check(checking, expression) };
  checking.check(root);
}

function check(checking: Checking, expression: Expression): ValueType {
  const { fail } = checking;
  switch (expression.kind) {
    case 'aggregate':
      checkAggregate(checking, expression);
      break;
    case 'binary':
      checkBinary(checking, expression);
      break;
    case 'call':
      checkCall(checking, expression);
      break;
    case 'parentheses':
      checking.check(expression.expression);
      break;
    case 'unary': {
      const type = checking.check(expression.operand);
      if (type !== 'scalar' && type !== 'vector') {
        fail(
          expression.position,
          `unary expression only allowed on expressions of type scalar or instant vector, got "${documented[type]}"`,
        );
      }
      break;
    }
    case 'subquery': {
      const type = checking.check(expression.expression);
      if (type !== 'vector') {
        fail(expression.position, `subquery is only allowed on instant vector, got ${type} instead`);
      }
      break;
    }
    case 'range':
      checking.check(expression.selector);
      break;
    case 'selector':
      checkSelector(checking, expression);
      break;
    default:
  }
  return valueType(expression);
}

function expectType(checking: Checking, expression: Expression, wanted: ValueType, context: string): void {
  const type = checking.check(expression);
  if (type === wanted) return;
  checking.fail(
    expression.position,
    `expected type ${documented[wanted]} in ${context}, got ${documented[type]}`,
  );
}

function checkAggregate(checking: Checking, aggregate: Aggregate): void {
  expectType(checking, aggregate.expression, 'vector', 'aggregation expression');
  if (aggregate.param === undefined) return;
  expectType(
    checking,
    aggregate.param,
    aggregate.op === 'count_values' ? 'string' : 'scalar',
    'aggregation parameter',
  );
}

function checkCall(checking: Checking, call: Call): void {
  const type = functionTypes[call.name]!;
  checkCount(checking, call, type.args.length, type.variadic);
  const [, selector] = call.args;
  if (call.name === 'info' && selector !== undefined) checkInfoSelector(checking, call, selector);
  call.args.forEach((arg, index) => {
    const wanted = type.args[Math.min(index, type.args.length - 1)]!;
    if (call.name === 'info' && index === 1 && arg.kind === 'selector') return;
    const got = checking.check(arg);
    if (got !== wanted) {
      checking.fail(
        arg.position,
        `expected type ${documented[wanted]} in call to function "${call.name}", got ${documented[got]}`,
      );
    }
  });
}

function checkCount(checking: Checking, call: Call, wanted: number, variadic: number): void {
  const got = call.args.length;
  const { fail } = checking;
  if (variadic === 0) {
    if (got !== wanted)
      fail(call.position, `expected ${wanted} argument(s) in call to "${call.name}", got ${got}`);
    return;
  }
  const least = wanted - 1;
  if (got < least)
    fail(call.position, `expected at least ${least} argument(s) in call to "${call.name}", got ${got}`);
  const most = least + variadic;
  if (variadic > 0 && got > most) {
    fail(call.position, `expected at most ${most} argument(s) in call to "${call.name}", got ${got}`);
  }
}

function checkInfoSelector(checking: Checking, call: Call, selector: Expression): void {
  const type = valueType(selector);
  if (type !== 'vector') {
    checking.fail(
      call.position,
      `expected type instant vector in call to function "info", got ${documented[type]}`,
    );
  }
  if (selector.kind !== 'selector') checking.fail(selector.position, 'expected label selectors only');
  else if (selector.name !== '') {
    checking.fail(selector.position, 'expected label selectors only, got vector selector instead');
  }
}

function checkSelector(checking: Checking, selector: VectorSelector): void {
  const { name, matchers } = selector;
  if (name !== '') {
    for (const matcher of matchers.slice(0, -1)) {
      if (matcher.name !== '__name__') continue;
      checking.fail(selector.position, `metric name must not be set twice: "${name}" or "${matcher.value}"`);
    }
    return;
  }
  if (matchers.every((matcher) => labelTest(matcher)(''))) {
    checking.fail(selector.position, 'vector selector must contain at least one non-empty matcher');
  }
}
