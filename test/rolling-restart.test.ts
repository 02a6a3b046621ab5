import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startOtlpReceiver } from '../packages/bootstrap/test/otlp-receiver.ts';
import type { OtlpReceiver } from '../packages/bootstrap/test/otlp-receiver.ts';
import { createDeployment } from './rolling-restart/deployment.ts';
import type { Deployment, Pod } from './rolling-restart/deployment.ts';
import { startInstance } from './rolling-restart/instance.ts';
import { startLoad } from './rolling-restart/load.ts';
import type { Load } from './rolling-restart/load.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const REPLICAS = 3;
const RESTARTS = isLong ? 10 : 3;
const REQUESTS_PER_SECOND = 500;
/** Longer than readiness needs to be seen failing, than the endpoints need to be changed, and than clients keep connections [ms]. */
const DRAIN_DELAY_MS = 2500;
/** When no new requests go to a pod, after SIGTERM [ms]: before, while and after readiness is seen failing, and by that alone. */
const UNROUTED_AFTER_MS = [0, undefined, 100, 500];

const REQUEST_DURATION = 'http.server.request.duration';
const SERVER = 2;

/** What one instance has told of the requests that it answered. */
interface Told {
  readonly spans: number;
  readonly requestLines: number;
  readonly ownLines: number;
  readonly counted: number;
}

describe(`${RESTARTS} restarts of ${REPLICAS} instances under ${REQUESTS_PER_SECOND} requests a second`, () => {
  let collector: OtlpReceiver;
  let deployment: Deployment;
  let load: Load;

  function told({ instance }: Pod): Told {
    const isOwn = (resource: Readonly<Record<string, unknown>>): boolean =>
      resource['service.instance.id'] === instance.id;
    const pushes = collector
      .metrics()
      .filter(({ name, resource }) => name === REQUEST_DURATION && isOwn(resource));
    const points = pushes.at(-1)?.points ?? [];
    return {
      spans: collector.spans().filter(({ kind, resource }) => kind === SERVER && isOwn(resource)).length,
      requestLines: instance.lines.filter((line) => line['http_response_status_code'] !== undefined).length,
      ownLines: instance.lines.filter(({ msg }) => /^(?:short|long|parts)$/.test(String(msg))).length,
      counted: points.reduce((sum, { count = 0 }) => sum + count, 0),
    };
  }

  beforeAll(async () => {
    collector = await startOtlpReceiver();
    deployment = createDeployment({
      periodMs: 100,
      failureThreshold: 2,
      timeoutMs: 1000,
      startInstance: (id) =>
        startInstance(id, {
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
          OTEL_METRICS_EXPORTER: 'otlp',
          SIGHTLINE_DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
        }),
    });
    await Promise.all(Array.from({ length: REPLICAS }, () => deployment.addPod()));
    load = startLoad(REQUESTS_PER_SECOND, () => deployment.endpoints().map(({ instance }) => instance.port));

    const removals: Promise<void>[] = [];
    /* oxlint-disable no-await-in-loop -- one pod after the other, as a deployment rolls */
    for (let restart = 0; restart < RESTARTS; restart++) {
      await deployment.addPod();
      const oldest = deployment.pods[restart];
      if (oldest === undefined) throw new Error('there is no pod to be restarted');
      removals.push(deployment.removePod(oldest, UNROUTED_AFTER_MS[restart % UNROUTED_AFTER_MS.length]));
    }
    /* oxlint-enable no-await-in-loop */
    await Promise.all(removals);
    await load.stop();
    await Promise.all(deployment.pods.slice(RESTARTS).map((pod) => deployment.removePod(pod, 0)));
  }, 120_000);

  afterAll(async () => {
    await load?.stop();
    await deployment?.stop();
    await collector?.close();
  });

  it('fail no request', () => {
    expect(load.failures).toEqual([]);
    expect(deployment.pods).toHaveLength(REPLICAS + RESTARTS);
  });

  it('are seen by readiness first: every instance that is restarted says so, and answers requests after it', () => {
    for (const { instance, answers, terminatedAtMs } of deployment.pods.slice(0, RESTARTS)) {
      expect(answers.filter((status) => status === 503).length).toBeGreaterThanOrEqual(2);
      expect(load.lastAnswerAtMs.get(instance.port)).toBeGreaterThan(terminatedAtMs ?? Infinity);
    }
  });

  it('lose no span, no line and no sample, and no answer is told twice', () => {
    const actual = deployment.pods.map(told);
    const expected = deployment.pods.map(({ instance }): Told => {
      const answered = load.answered.get(instance.port) ?? 0;
      return { spans: answered, requestLines: answered, ownLines: answered, counted: answered };
    });
    expect(actual).toEqual(expected);
    expect(Math.min(...expected.map(({ spans }) => spans))).toBeGreaterThan(0);
  });

  it('end each process by the signal that it got, with a line that nothing was cut off', async () => {
    for (const { instance } of deployment.pods) {
      // oxlint-disable-next-line no-await-in-loop -- it has ended
      expect(await instance.ended).toEqual({ code: null, signal: 'SIGTERM' });
      const drained = instance.lines.filter(({ msg }) => String(msg).includes('drained'));
      expect(drained).toMatchObject([
        { level: 'info', msg: expect.stringContaining('no request was cut') as string },
      ]);
    }
  });
});
