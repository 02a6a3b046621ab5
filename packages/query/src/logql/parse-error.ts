import { QueryError } from '../query-error.ts';
import type { QueryPosition } from '../query-error.ts';

/** Where an error is, as Loki counts. Absent where Loki tells none. */
export interface ParsePlace extends QueryPosition {
  readonly line: number;
  readonly column: number;
}

/** An error of the text of a query, in Loki's words. */
export function parseError(message: string, place?: ParsePlace): QueryError {
  if (place === undefined || (place.line === 0 && place.column === 0))
    return new QueryError('bad_data', `parse error : ${message}`);
  const { from, to, line, column } = place;
  return new QueryError('bad_data', `parse error at line ${line}, col ${column}: ${message}`, { from, to });
}
