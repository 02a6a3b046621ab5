import type { Facts, Part } from './facts.ts';

/** Something that is in the way of data, or worth knowing. */
export interface Finding {
  readonly code: string;
  readonly part: Part;
  /** A fault counts for the exit code; a note does not. */
  readonly severity: 'fault' | 'note';
  /** What was seen, a sentence without its full stop. */
  readonly seen: string;
  /** What to do about it. */
  readonly fix: string;
}

/** What a rule finds; its code comes from the rule. */
export interface Found {
  readonly part: Part;
  readonly severity?: 'fault' | 'note';
  readonly seen: string;
  readonly fix: string;
}

/** One thing that can be wrong. */
export interface Rule {
  /** Stable; scripts go by it. */
  readonly code: string;
  /** When it is found, for the README: one sentence without its full stop. */
  readonly when: string;
  /** Looks at the facts alone, and asks nobody. */
  check(facts: Facts): readonly Found[];
  /** Parts of which a fault, and codes of which anything explains it: then it is not said. */
  readonly unless?: readonly string[];
}

/** Keeps a rule's type while it is written. */
export function defineRule(rule: Rule): Rule {
  return rule;
}
