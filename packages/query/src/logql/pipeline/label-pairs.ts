import type { LabelPair } from './stream-labels.ts';

/** Pairs that are looked through one by one: for the labels of most lines that is the quickest. */
const maxFew = 32;

/**
 * Labels by name, in the order in which they were first set. Lines come with tens of thousands of them as well, so what is
 * more than a few is kept in a map.
 */
export class LabelPairs {
  readonly #few: [name: string, value: string][] = [];
  #many: Map<string, string> | undefined;

  get size(): number {
    return this.#many?.size ?? this.#few.length;
  }

  clear(): void {
    this.#few.length = 0;
    this.#many = undefined;
  }

  has(name: string): boolean {
    return this.#many === undefined ? this.#indexOf(name) !== -1 : this.#many.has(name);
  }

  get(name: string): string | undefined {
    return this.#many === undefined ? this.#few[this.#indexOf(name)]?.[1] : this.#many.get(name);
  }

  set(name: string, value: string): void {
    if (this.#many !== undefined) {
      this.#many.set(name, value);
      return;
    }
    const pair = this.#few[this.#indexOf(name)];
    if (pair !== undefined) pair[1] = value;
    else if (this.#few.length < maxFew) this.#few.push([name, value]);
    else this.#many = new Map([...this.#few, [name, value]]);
  }

  delete(name: string): void {
    if (this.#many !== undefined) {
      this.#many.delete(name);
      return;
    }
    const at = this.#indexOf(name);
    if (at !== -1) this.#few.splice(at, 1);
  }

  /** Pairs of their own: what is set later is not seen in them. */
  pairs(): LabelPair[] {
    return this.#many === undefined ? this.#few.map(([name, value]) => [name, value]) : [...this.#many];
  }

  #indexOf(name: string): number {
    const pairs = this.#few;
    for (let at = 0; at < pairs.length; at += 1) if (pairs[at]?.[0] === name) return at;
    return -1;
  }
}
