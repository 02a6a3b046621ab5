import type { GoFunction, GoType, GoValue } from '../../promql/rules/go-template/index.ts';

/** A function of a template whose arguments have been checked against `takes` before it is called. */
export function defineFunction(takes: readonly GoType[], call: (...args: never[]) => GoValue): GoFunction {
  return { takes, call: call as GoFunction['call'] };
}
