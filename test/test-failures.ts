/** What failed in a run of vitest, so that it stands at the end of a long output and can be tried again by itself. */

export interface TestFailure {
  /** The test file, from the root of the project; undefined for an error that nobody caught and that belongs to no test. */
  readonly file?: string;
  /** The names of its suites and its own; undefined where it is the file that failed, before its tests or between them. */
  readonly test?: string;
  /** What was thrown, with its stack. */
  readonly message: string;
}

/** What a run of vitest comes to. */
export interface TestRun {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly failures: readonly TestFailure[];
}

/** Past so many files with failures it is no accident. */
const MAX_FILES_AGAIN = 3;

/** @returns the files to try once more by themselves; none where too much failed, or something that belongs to no file */
export function filesToTryAgain(failures: readonly TestFailure[]): string[] {
  const files = new Set(failures.map(({ file }) => file));
  if (files.size > MAX_FILES_AGAIN) return [];
  const named = [...files].filter((file) => file !== undefined);
  return named.length === files.size ? named : [];
}

/** @returns what a run comes to whose failures were tried again, and those of them that did not fail again */
export function triedAgain(first: TestRun, second: TestRun): { run: TestRun; recovered: TestFailure[] } {
  const recovered = first.failures.filter(
    ({ file, test }) => !second.failures.some((it) => it.file === file && it.test === test),
  );
  const { failed, failures } = second;
  const passed = first.passed + first.failed - failed;
  return { run: { passed, failed, skipped: first.skipped, failures }, recovered };
}

/** More than this tells no more. */
const LINES_OF_MESSAGE = 12;

/** Where in a stack it is not the project's code. */
const FOREIGN = /^\s+at .*(?:\bnode_modules\b|\bnode:internal\b)/;

/** @returns the failures for people, with a heading; empty where there are none */
export function failureText(heading: string, failures: readonly TestFailure[]): string {
  if (failures.length === 0) return '';
  const texts = failures.map(({ file = 'an error that nobody caught', test, message }) => {
    const own = message.split('\n').filter((line) => !FOREIGN.test(line));
    const lines = own.slice(0, LINES_OF_MESSAGE);
    return [
      `  ${test === undefined ? file : `${file} > ${test}`}`,
      ...lines.map((line) => `      ${line}`),
    ].join('\n');
  });
  return ['', heading, ...texts, ''].join('\n');
}
