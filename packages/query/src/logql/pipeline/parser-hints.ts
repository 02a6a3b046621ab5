import type { LabelTest } from './label-filter.ts';
import type { LineLabels } from './line-labels.ts';

export const errorLabel = '__error__';
export const errorDetailsLabel = '__error_details__';
export const preserveErrorLabel = '__preserve_error__';

/** Behind the name of a label that a line has once more than its stream or its metadata. */
export const duplicateSuffix = '_extracted';

export interface HintSources {
  /** Labels that stages need to run. */
  readonly required: readonly string[];
  readonly groups: readonly string[];
  readonly without: boolean;
  /** The result has no labels at all. */
  readonly noLabels: boolean;
  /** The label whose value is computed with, or "". */
  readonly valueLabel: string;
  /** Filters of one label each, in their order. */
  readonly filters: readonly { readonly name: string; readonly test: LabelTest }[];
}

/**
 * What a parser need not do for a line, by Loki's rules: `sum by (a) (…)` wants label `a` alone, and a line whose label
 * does not pass its filter is of no use. Results depend on them: an error of a parser that does not run is none.
 */
export class ParserHints {
  readonly preserveError: boolean;
  readonly #required: readonly string[];
  readonly #requiredSet: ReadonlySet<string>;
  readonly #noLabels: boolean;
  readonly #filters: HintSources['filters'];
  readonly #extracted = new Set<string>();

  constructor({ required, groups, without, noLabels, valueLabel, filters }: HintSources) {
    const names = [...new Set([...required, ...groups, valueLabel].flatMap((name) => withBareName(name)))];
    const wanted = names.filter((name) => name !== '');
    const limited = noLabels ? wanted.length > 0 : !without && groups.length > 0;
    this.#required = limited ? wanted : [];
    this.#requiredSet = new Set(this.#required);
    this.#noLabels = noLabels && wanted.length === 0;
    this.#filters = limited && !noLabels ? [] : this.#noLabels ? [] : filters;
    this.preserveError = this.#requiredSet.has(errorLabel);
  }

  reset(): void {
    if (this.#extracted.size > 0) this.#extracted.clear();
  }

  record(name: string): void {
    this.#extracted.add(name);
  }

  /** Whether a parser before has found it, or this one earlier in the line. */
  isExtracted(name: string): boolean {
    return this.#extracted.has(name);
  }

  wants(name: string): boolean {
    return this.#required.length === 0 || this.#requiredSet.has(name);
  }

  wantsPrefix(prefix: string): boolean {
    return this.#required.length === 0 || this.#required.some((name) => name.startsWith(prefix));
  }

  /** Whether nothing that a parser finds could matter. */
  wantsNothing(): boolean {
    return this.#noLabels || this.hasAll();
  }

  hasAll(): boolean {
    if (this.#required.length === 0 || this.#extracted.size < this.#required.length) return false;
    return this.#required.every((name) => this.#extracted.has(name));
  }

  /** Whether a line whose label has just got its value may still pass. */
  mayPass(name: string, labels: LineLabels): boolean {
    if (this.#filters.length === 0) return true;
    const filter = this.#filters.find((candidate) => candidate.name === name);
    return filter === undefined || filter.test(labels);
  }
}

/** A label that is asked for as `a_extracted` is `a` to the parser that finds it. */
function withBareName(name: string): readonly string[] {
  return name.endsWith(duplicateSuffix) ? [name, name.slice(0, -duplicateSuffix.length)] : [name];
}

/** No hints at all: every label is wanted. */
export function allLabels(): HintSources {
  return { required: [], groups: [], without: false, noLabels: false, valueLabel: '', filters: [] };
}
