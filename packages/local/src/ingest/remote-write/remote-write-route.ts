import { HttpError } from '../../server/http-error.ts';
import type { Answer, Route } from '../../server/route.ts';
import { WireError } from '../../wire/wire-error.ts';
import { refusedText } from '../refused-samples.ts';
import type { TakenTimes } from '../taken-times.ts';
import type { Written } from './written-series.ts';

/** Versions by the message that they send. */
const versions: Readonly<Record<string, 1 | 2>> = {
  'prometheus.WriteRequest': 1,
  'io.prometheus.write.v2.Request': 2,
};
const WRITTEN = 'x-prometheus-remote-write';

/**
 * Prometheus's remote write, 1.0 and 2.0: the content type says which.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 */
export function remoteWriteRoute(
  write: (version: 1 | 2, body: Buffer) => Promise<Written>,
  times: () => TakenTimes,
): Route {
  return {
    methods: ['POST'],
    path: '/api/v1/write',
    async handle({ request, body }) {
      const version = versionOf(request.headers['content-type'] ?? '');
      const encoding = request.headers['content-encoding'] ?? 'snappy';
      if (encoding !== 'snappy') throw new HttpError(415, 'content-encoding: expected snappy');
      try {
        return answer(await write(version, body), times());
      } catch (error) {
        if (error instanceof WireError) throw new HttpError(400, error.message);
        throw error;
      }
    },
  };
}

function versionOf(contentType: string): 1 | 2 {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim());
  const message = parameters.find((part) => part.startsWith('proto='))?.slice('proto='.length);
  const version = message === undefined ? 1 : versions[message.replaceAll('"', '')];
  if (type.toLowerCase() === 'application/x-protobuf' && version !== undefined) return version;
  const expected = Object.keys(versions)
    .map((name) => `application/x-protobuf;proto=${name}`)
    .join(' or ');
  throw new HttpError(415, `content-type: expected ${expected}`);
}

/** What was taken stays: a 400 tells the sender not to send the rest again. */
function answer({ samples, histograms, exemplars, refused }: Written, times: TakenTimes): Answer {
  const headers = {
    [`${WRITTEN}-samples-written`]: String(samples),
    [`${WRITTEN}-histograms-written`]: String(histograms),
    [`${WRITTEN}-exemplars-written`]: String(exemplars),
  };
  const problem = refusedText(refused, times);
  if (problem === undefined) return { status: 204, headers };
  return { status: 400, headers, text: `${problem}\n`, isTaken: samples + histograms + exemplars > 0 };
}
