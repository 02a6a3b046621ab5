/** What went wrong, in three parts that a reader can act on. None of them may hold a secret. */
export interface ErrorParts {
  /** What happened: `windowHours is 3600`. */
  readonly problem: string;
  /** What would have been right: `0 < windowHours <= periodHours (720)`. */
  readonly expected: string;
  /** What to do about it: `pass hours, not seconds`. */
  readonly fix: string;
}

/** Every error that Sightline throws. Tell them apart by `code`, which stays the same between versions. */
export class SightlineError extends Error {
  override readonly name = 'SightlineError';
  readonly code: string;
  readonly problem: string;
  readonly expected: string;
  readonly fix: string;

  constructor(code: string, { problem, expected, fix }: ErrorParts, options?: ErrorOptions) {
    super(`${code}: ${problem}. Expected: ${expected}. Fix: ${fix}.`, options);
    this.code = code;
    this.problem = problem;
    this.expected = expected;
    this.fix = fix;
  }
}
