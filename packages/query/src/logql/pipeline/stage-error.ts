import { QueryError } from '../../query-error.ts';
import { rewrapError } from '../../rewrap-error.ts';

const prefix = 'parse error : ';

/** Runs it; what its error says comes behind `before`, without what every error of a query begins with. */
export function inStageError<Result>(run: () => Result, before: string): Result {
  return rewrapError(QueryError, run, (cause) => {
    throw new QueryError('bad_data', before + bareMessage(cause), undefined, { cause });
  });
}

/** The message of an error of a query's text, without what it begins with. */
export function bareMessage(error: QueryError): string {
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}
