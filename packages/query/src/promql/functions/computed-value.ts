import { QueryError } from '../../query-error.ts';

/** Longest value of a label that a query makes [UTF-16 units]; one of `label_join` of itself is twice as long. */
const maxLength = 65_536;

/** @throws {QueryError} `limit` when the value of a label would take too much room */
export function checkValueLength(length: number): void {
  if (length > maxLength)
    throw new QueryError('limit', `the value of a label would be longer than ${maxLength} characters`);
}
