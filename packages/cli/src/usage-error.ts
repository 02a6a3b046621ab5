import { SightlineError } from '@sightline/errors';

/** A mistake on the command line. */
export function usageError(parts: {
  readonly problem: string;
  readonly expected: string;
  readonly fix: string;
}): SightlineError {
  return new SightlineError('SIGHTLINE_CLI_USAGE', parts);
}

/** Throws what was found, all at once; nothing when there is nothing. */
export function throwAll(errors: readonly Error[]): void {
  const [first] = errors;
  if (first === undefined) return;
  throw errors.length === 1
    ? first
    : new AggregateError(errors, errors.map(({ message }) => message).join('\n'));
}
