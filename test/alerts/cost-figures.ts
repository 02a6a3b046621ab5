import { existsSync, readFileSync } from 'node:fs';

/** What one evaluation of a rule may cost on 10,000 series [ms]. */
export const MOST_MS = 50;

/** What rules cost, when that was last measured for the record: processor time of one evaluation. */
export interface CostFigures {
  readonly prometheus: string;
  readonly series: number;
  /** Of a rule that reads every bucket once and writes one series [ms]. */
  readonly referenceMs: number;
  /** The dearest, evaluated as rules, what they write among it. */
  readonly dearest: readonly { readonly rule: string; readonly ms: number }[];
  /** How many others there are, and the most that a query of any of them costs. */
  readonly others: { readonly count: number; readonly mostMs: number };
}

export const COST_FIGURES = new URL('cost-figures.json', import.meta.url);

export function readCostFigures(): readonly CostFigures[] {
  if (!existsSync(COST_FIGURES)) return [];
  return JSON.parse(readFileSync(COST_FIGURES, 'utf8')) as readonly CostFigures[];
}
