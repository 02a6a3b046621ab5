import type { GoValue } from './go-value.ts';

/** The variables of a template as it runs, innermost last. */
export interface Scope {
  declare(name: string, value: GoValue): void;
  assign(name: string, value: GoValue): void;
  get(name: string): GoValue;
  /** How many there are, for `release`. */
  mark(): number;
  /** Forgets those that came since `mark`. */
  release(mark: number): void;
}

/** @param data what `$` stands for */
export function createScope(data: GoValue): Scope {
  const variables: { readonly name: string; value: GoValue }[] = [{ name: '$', value: data }];
  // Names that are not there have been refused by the parser.
  const find = (name: string): { value: GoValue } => variables.findLast((each) => each.name === name)!;
  return {
    declare(name, value) {
      variables.push({ name, value });
    },
    assign(name, value) {
      find(name).value = value;
    },
    get: (name) => find(name).value,
    mark: () => variables.length,
    release(mark) {
      variables.length = mark;
    },
  };
}
