/**
 * Why a query ended without a result.
 *
 * - `bad_data`: the text is no query, or its types do not fit; the caller has to change it
 * - `execution`: the data do not allow it, as many-to-many matching
 * - `limit`: it would take more than its limits allow
 * - `timeout`: it ran longer than its limit
 * - `canceled`: whoever asked no longer waits
 */
export type QueryErrorClass = 'bad_data' | 'execution' | 'limit' | 'timeout' | 'canceled';

/** A place in the text of a query: UTF-16 units from its start, `to` not belonging to it. */
export interface QueryPosition {
  readonly from: number;
  readonly to: number;
}

/** Every error that a query ends with; `message` is what a user of the original server would read. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly class: QueryErrorClass;
  readonly position: QueryPosition | undefined;

  constructor(
    errorClass: QueryErrorClass,
    message: string,
    position?: QueryPosition,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.class = errorClass;
    this.position = position;
  }
}

/** Line and column as people count, from 1: `1:15`. */
export function lineAndColumn(query: string, offset: number): string {
  const before = query.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (let at = before.indexOf('\n'); at !== -1; at = before.indexOf('\n', at + 1)) line += 1;
  return `${line}:${offset - lineStart + 1}`;
}
