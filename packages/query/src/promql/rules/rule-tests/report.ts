/** What a test has found. */
export interface RuleTestFailure {
  /** Name of the test; undefined when the file itself is wrong. */
  readonly test: string | undefined;
  /** What was checked: `alert HighErrorRate at 10m`; undefined when the file itself is wrong. */
  readonly check: string | undefined;
  /** Line of the check in its file, from 1; undefined for problems that carry their own place. */
  readonly line: number | undefined;
  /** One line for each difference. */
  readonly differences: readonly string[];
}

export interface RuleTestReport {
  readonly path: string;
  readonly passed: boolean;
  /** How many tests and checks were run. */
  readonly tests: number;
  readonly checks: number;
  readonly failures: readonly RuleTestFailure[];
  /** Patterns of `rule_files` that no file fits; as in promtool, that alone is no failure. */
  readonly unmatched: readonly string[];
}

/** A report as lines for people: each failed check with its place, and below it each difference. */
export function formatTestReport({ path, failures }: RuleTestReport): string {
  return failures
    .flatMap(({ test, check, line, differences }) => {
      const place = line === undefined ? path : `${path}:${line}`;
      const title = [
        place,
        ...(test === undefined ? [] : [`test "${test}"`]),
        ...(check === undefined ? [] : [check]),
      ];
      return [`${title.join(': ')}:`, ...differences.map((difference) => `  ${difference}`)];
    })
    .join('\n');
}
