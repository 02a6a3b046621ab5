import type { Labels } from '../../../labels.ts';

/** Saves the result of an expression as a series. */
export interface RecordingRule {
  readonly kind: 'recording';
  /** Name of the series. */
  readonly record: string;
  readonly expression: string;
  /** Those of the group and its own. */
  readonly labels: Labels;
}

/** Tells of every series that an expression results in. */
export interface AlertingRule {
  readonly kind: 'alerting';
  readonly alert: string;
  readonly expression: string;
  /** How long it must hold before the alert fires [ms]. */
  readonly forMs: number;
  /** How long the alert fires on after it held last [ms]. */
  readonly keepFiringForMs: number;
  /** Those of the group and its own; templates. */
  readonly labels: Labels;
  /** Templates. */
  readonly annotations: Labels;
}

export type Rule = RecordingRule | AlertingRule;

/** Rules that are evaluated one after the other. */
export interface RuleGroup {
  readonly name: string;
  /** Undefined where the file leaves it to whoever evaluates it [ms]. */
  readonly intervalMs: number | undefined;
  /** How far back it is evaluated, for sources that come late [ms]. */
  readonly queryOffsetMs: number;
  /** Most alerts or series of one rule; 0 for no limit. */
  readonly limit: number;
  readonly rules: readonly Rule[];
}

/** Something wrong in a file, and where. */
export interface FileProblem {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  readonly message: string;
}

export function ruleName(rule: Rule): string {
  return rule.kind === 'alerting' ? rule.alert : rule.record;
}
