import type { GoValue } from './go-value.ts';

/** The variables of a template as it runs, innermost last. */
export class Scope {
  readonly #variables: { readonly name: string; value: GoValue }[];

  /** @param data what `$` stands for */
  constructor(data: GoValue) {
    this.#variables = [{ name: '$', value: data }];
  }

  declare(name: string, value: GoValue): void {
    this.#variables.push({ name, value });
  }

  assign(name: string, value: GoValue): void {
    const variable = this.#variables.findLast((each) => each.name === name);
    if (variable !== undefined) variable.value = value;
  }

  get(name: string): GoValue {
    return this.#variables.findLast((each) => each.name === name)?.value;
  }

  /** How many there are, for `release`. */
  mark(): number {
    return this.#variables.length;
  }

  /** Forgets those that came since `mark`. */
  release(mark: number): void {
    this.#variables.length = mark;
  }
}
