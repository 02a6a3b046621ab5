import { HttpError } from '../../server/http-error.ts';
import type { Route } from '../../server/route.ts';
import { WireError } from '../../wire/wire-error.ts';
import type { Rejected } from '../otlp/otlp-routes.ts';

const VERSION_2 = 'io.prometheus.write.v2.Request';

/**
 * Prometheus's remote write 1.0.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export function remoteWriteRoute(write: (body: Buffer) => Rejected): Route {
  return {
    methods: ['POST'],
    path: '/api/v1/write',
    handle({ request, body }) {
      if (request.headers['content-type']?.includes(VERSION_2) === true) {
        throw new HttpError(
          415,
          'expected remote write 1.0: set protobuf_message to prometheus.WriteRequest',
        );
      }
      try {
        const { rejected, reason } = write(body);
        // What was taken stays: a 400 tells the sender not to send the rest again.
        if (rejected > 0) throw new HttpError(400, `${rejected} samples were not taken: ${reason}`);
        return { status: 204 };
      } catch (error) {
        if (error instanceof WireError) throw new HttpError(400, error.message);
        throw error;
      }
    },
  };
}
