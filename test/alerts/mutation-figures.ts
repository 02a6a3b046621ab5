import { readFileSync } from 'node:fs';

/** What came of changing every rule in every way, when that was last done for the record. */
export interface MutationFigures {
  /** That there are, and those that were tried. */
  readonly total: number;
  readonly changes: number;
  readonly noticed: number;
  /** Of those that no test noticed, the ones that change nothing that is ever seen. */
  readonly equivalent: number;
  /** Changes that promtool judged as well, those of them that go unnoticed, and those on which it was of another opinion. */
  readonly crossChecked: number;
  readonly crossCheckedUnnoticed: number;
  readonly disputed: number;
}

export const MUTATION_FIGURES = new URL('mutation-figures.json', import.meta.url);

export function readMutationFigures(): MutationFigures {
  return JSON.parse(readFileSync(MUTATION_FIGURES, 'utf8')) as MutationFigures;
}
