import { HttpError } from '../../server/http-error.ts';
import type { Route } from '../../server/route.ts';
import { WireError } from '../../wire/wire-error.ts';

/**
 * Loki's push, as JSON or as protobuf in snappy.
 *
 * @param push takes it; throws a `WireError` when it cannot be read
 */
export function lokiPushRoute(push: (contentType: string, body: Buffer) => Promise<void>): Route {
  return {
    methods: ['POST'],
    path: '/loki/api/v1/push',
    async handle({ request, body }) {
      try {
        await push(request.headers['content-type'] ?? '', body);
      } catch (error) {
        if (error instanceof WireError) throw new HttpError(400, error.message);
        throw error;
      }
      return { status: 204 };
    },
  };
}
