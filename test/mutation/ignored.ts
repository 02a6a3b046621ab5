import type { Mutant } from './mutants.ts';

/**
 * Texts that are for people alone: what went wrong, what was expected, what a thing is, in words. They may be worded
 * otherwise at any time, so no test holds them, and none should.
 */
const WORDING =
  /(?:^|[{,\s])(?:problem|expected|fix|error|description|summary|title):(?:[^;]*[?:])?\s*$|\.describe\($/;
/** The same as what a refusal is given; the call may begin lines before. */
const REFUSAL = /\brefuse\([^;]*$/;
const LONGEST_CALL = 300;

/** Whether a mutant is left out of the count. */
export function isIgnored({ operator, start }: Mutant, source: string): boolean {
  if (operator !== 'text') return false;
  return (
    WORDING.test(source.slice(source.lastIndexOf('\n', start - 1) + 1, start)) ||
    REFUSAL.test(source.slice(Math.max(0, start - LONGEST_CALL), start))
  );
}
