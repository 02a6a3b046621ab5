import { resourceFromAttributes } from '@opentelemetry/resources';
import { createMetricsPush } from './metrics-push.ts';
import type { MetricsPush, MetricsPushOptions } from './metrics-push.ts';
import type { OtlpReceiver } from './otlp-receiver.fixture.ts';

/** A push as protobuf, uncompressed, that leaves when it is flushed and not by itself. */
export function pushTo(
  receiver: OtlpReceiver,
  snapshot: MetricsPushOptions['snapshot'],
  timeoutMs: number,
): MetricsPush {
  return createMetricsPush({
    snapshot,
    snapshotNow: () => [],
    resource: resourceFromAttributes({ 'service.name': 'shop' }),
    target: {
      url: `${receiver.url}/v1/metrics`,
      headers: {},
      protocol: 'http/protobuf',
      compression: 'none',
      timeoutMs,
    },
    intervalMs: 3_600_000,
    onProblem: () => undefined,
  });
}
