import { type ErrorCode, SightlineError } from '@sightline/errors';
import { type Redactor, ownData } from '@sightline/redact';
import { types } from 'node:util';

/** Counts what goes wrong and tells it once. */
export interface Problems {
  /** @param what threw, as whoever reads the message knows it */
  failed(what: string, error: unknown): void;
  count(): number;
}

/** Longest text of an error that a problem shows [UTF-16 code units]. */
const MAX_REASON_LENGTH = 200;

export function createProblems(
  redactor: Redactor,
  onProblem: (problem: SightlineError) => void = warn,
): Problems {
  const told = new Set<string>();
  let count = 0;
  return {
    failed(what, error) {
      count += 1;
      if (told.has(what)) return;
      told.add(what);
      try {
        onProblem(problemOf('SIGHTLINE_HTTP_SINK', what, reasonOf(error, redactor), error));
      } catch {
        // Whoever is told must not bring it back to the app either.
      }
    },
    count: () => count,
  };
}

function problemOf(code: ErrorCode, what: string, reason: string, cause: unknown): SightlineError {
  return new SightlineError(
    code,
    {
      problem: `${what} threw ${reason}`,
      expected: 'code that does not throw while a request is being recorded',
      fix: 'correct it; what it would have done is lost and counted in stats().failures, and this is said once',
    },
    { cause },
  );
}

function reasonOf(error: unknown, redactor: Redactor): string {
  if (!types.isNativeError(error)) return 'something that is no error';
  const [name, message] = [ownData(error, 'name', true), ownData(error, 'message', true)];
  const text = `${typeof name === 'string' ? name : 'Error'}: ${typeof message === 'string' ? message : ''}`;
  return redactor.text(text).slice(0, MAX_REASON_LENGTH);
}

function warn(problem: SightlineError): void {
  process.emitWarning(problem.message, { type: 'SightlineWarning', code: problem.code });
}
