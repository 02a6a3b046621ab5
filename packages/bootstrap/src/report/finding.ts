import type { ErrorCode, ErrorParts } from '@sightline/errors';

/** Something that was found out about the installation or the start. */
export interface Finding extends ErrorParts {
  readonly code: ErrorCode;
  /** `info` is on `/status` alone; the others are written. */
  readonly severity: 'info' | 'warn' | 'error';
}
