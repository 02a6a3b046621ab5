import { HttpError } from '../../server/http-error.ts';
import type { Route } from '../../server/route.ts';
import { WireError } from '../../wire/wire-error.ts';

/** What became of the lines of a push. */
export interface Pushed {
  readonly taken: number;
  /** Why the rest was not; undefined when all were. */
  readonly problem: string | undefined;
}

/**
 * Loki's push, as JSON or as protobuf in snappy. What was taken stays: a 400 tells the sender not to send the rest again.
 *
 * @param push takes it; throws a `WireError` when it cannot be read
 */
export function lokiPushRoute(push: (contentType: string, body: Buffer) => Promise<Pushed>): Route {
  return {
    methods: ['POST'],
    path: '/loki/api/v1/push',
    async handle({ request, body }) {
      try {
        const { taken, problem } = await push(request.headers['content-type'] ?? '', body);
        if (problem === undefined) return { status: 204 };
        return { status: 400, text: `${problem}\n`, isTaken: taken > 0 };
      } catch (error) {
        if (error instanceof WireError) throw new HttpError(400, error.message);
        throw error;
      }
    },
  };
}
