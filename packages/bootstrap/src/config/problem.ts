import { SightlineError } from '@sightline/errors';
import type { ErrorParts } from '@sightline/errors';

/** Takes what is wrong with the configuration, one call for each thing. */
export type ReportProblem = (problem: ErrorParts) => void;

/**
 * One error that names everything that is wrong, so that it can be corrected in one go.
 *
 * @param problems at least one; none of their texts may hold a secret
 */
export function problemsError(problems: readonly ErrorParts[]): SightlineError {
  const joined = (part: keyof ErrorParts): string =>
    [...new Set(problems.map((each) => each[part]))].join('; ');
  return new SightlineError('SIGHTLINE_OPTIONS', {
    problem: joined('problem'),
    expected: joined('expected'),
    fix: joined('fix'),
  });
}
