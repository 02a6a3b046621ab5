/** A class of errors. */
type ErrorClass<Known extends Error> = abstract new (...args: never[]) => Known;

/** Runs it. An error of the class is given to `handle`, whose result or error then counts; any other is thrown on. */
export function rewrapError<Result, Known extends Error>(
  errorClass: ErrorClass<Known>,
  run: () => Result,
  handle: (error: Known) => Result,
): Result {
  try {
    return run();
  } catch (error) {
    if (error instanceof errorClass) return handle(error);
    throw error;
  }
}
