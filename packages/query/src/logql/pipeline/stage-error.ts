import { QueryError } from '../../query-error.ts';

const prefix = 'parse error : ';

/** Runs it; what its error says comes behind `before`, without what every error of a query begins with. */
export function inStageError<Result>(run: () => Result, before: string): Result {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    throw new QueryError('bad_data', before + bareMessage(error), undefined, { cause: error });
  }
}

/** The message of an error of a query's text, without what it begins with. */
export function bareMessage(error: QueryError): string {
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
}
