import { trace } from '@opentelemetry/api';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Sightline } from '@sightline/bootstrap';
import * as z from 'zod';

/** What an `application/problem+json` document says besides status and title. */
interface ProblemDetails {
  readonly detail?: string;
  /** What is wrong with the input, by field. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/** An error that a caller may read. Source: https://www.rfc-editor.org/rfc/rfc9457 */
export class Problem extends Error {
  readonly status: number;
  readonly details: ProblemDetails;

  constructor(
    status: number,
    title: string,
    { cause, ...details }: ProblemDetails & { readonly cause?: unknown } = {},
  ) {
    super(title, cause === undefined ? {} : { cause });
    this.name = 'Problem';
    this.status = status;
    this.details = details;
  }
}

/**
 * Checks what came from outside.
 *
 * @throws {Problem} 400 that names every wrong field, never its value
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new Problem(400, 'The input is not valid', { errors });
}

/** Answers what no route answered. */
export const notFound: RequestHandler = () => {
  throw new Problem(404, 'There is nothing here');
};

/** Answers every error as a problem document. What the caller did not cause is logged, and not shown to it. */
export function problemHandler(logger: Sightline['logger']): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = asProblem(error);
    if (problem.status >= 500) logger.error(error, problem.message);
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(
        JSON.stringify({
          status: problem.status,
          title: problem.message,
          ...problem.details,
          trace_id: trace.getActiveSpan()?.spanContext().traceId,
        }),
      );
  };
}

/** Middleware such as `express.json` marks the errors that a caller may read with `expose`. */
const exposedSchema = z.object({ status: z.int().min(400).max(499), expose: z.literal(true) });

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const exposed = exposedSchema.safeParse(error);
  if (exposed.success)
    return new Problem(exposed.data.status, 'The request cannot be read', { cause: error });
  return new Problem(500, 'Something went wrong', { cause: error });
}
