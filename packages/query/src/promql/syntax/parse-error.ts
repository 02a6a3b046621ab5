import { QueryError, lineAndColumn, type QueryPosition } from '../../query-error.ts';

/** Throws with the place before the message, as Prometheus writes it: `1:5: parse error: unexpected end of input`. */
export type ParseFailure = (position: QueryPosition, message: string) => never;

export function parseFailure(query: string): ParseFailure {
  return (position, message) => {
    throw new QueryError(
      'bad_data',
      `${lineAndColumn(query, position.from)}: parse error: ${message}`,
      position,
    );
  };
}
