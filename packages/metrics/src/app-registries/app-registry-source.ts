/* oxlint-disable no-await-in-loop -- the event loop gets its turn between slices */
import { SightlineError } from '@sightline/errors';
import { TIME_UP, withinTime } from '../aggregation/time-limit.ts';
import type { FamilySnapshot } from '../family.ts';
import { textOf } from '../label-value.ts';
import { createPacer } from '../pacer.ts';
import { familyOf, type ClientPage } from './client-family.ts';
import type { ClientLabels, ClientMetric } from './client-metric.ts';
import type { RegistryLike } from './registry-like.ts';

/** From then on all is read in one go [ms]: where each turn takes long, what is left out of a page for its time is the worse. */
const SLICES_MS = 500;

/** A metric that is missing on a page. */
interface AppMetricLoss {
  readonly metric: string;
  readonly reason: 'failed' | 'timeout';
}

export interface AppRegistryOptions {
  /** Longest wait for the `collect` callbacks of the service's own metrics [ms]. Default: 1000. */
  readonly timeLimitMs?: number;
  /** Told, with `SIGHTLINE_METRIC_SOURCE`, of each metric that is left out, each time that it is. */
  readonly onProblem?: (error: SightlineError, loss: AppMetricLoss) => void;
}

/** A metric as the library keeps it, with what it collects. */
interface Collectable {
  readonly name?: unknown;
  get?(): Promise<ClientMetric> | ClientMetric;
}

/**
 * What the service counts with `prom-client` or `@prometheus-io/client`, for the page.
 *
 * Names, labels and exemplars are those of the library's own page: a counter of a registry in OpenMetrics mode ends in
 * `_total`, one of a registry in text mode has the name that the code gave it. Exemplars need a trace id. A metric whose
 * `collect` throws, rejects or takes too long is left out, the others stay.
 *
 * @param registry the library's `register` or any other registry of it; `registryOf` finds the default one
 */
export function appRegistrySource(
  registry: RegistryLike,
  { timeLimitMs = 1000, onProblem }: AppRegistryOptions = {},
): () => Promise<FamilySnapshot[]> {
  // Those that hang are not called again and again: each call would leave one more promise behind.
  const pending = new WeakSet<Collectable>();

  /** @returns undefined when it is left out */
  async function collect(metric: Collectable): Promise<ClientMetric | undefined> {
    const name = String(metric.name);
    if (typeof metric.get !== 'function') return undefined;
    if (pending.has(metric)) {
      report(
        { metric: name, reason: 'timeout' },
        'its collect callback, called for an earlier page, has not ended yet',
      );
      return undefined;
    }
    pending.add(metric);
    try {
      const reading = Promise.resolve(metric.get()).finally(() => pending.delete(metric));
      const values = await withinTime(reading, timeLimitMs);
      if (values !== TIME_UP) return values;
      report(
        { metric: name, reason: 'timeout' },
        `its collect callback has not ended within ${timeLimitMs} ms`,
      );
    } catch (error) {
      // Also when the call itself threw, before there was a promise.
      pending.delete(metric);
      report({ metric: name, reason: 'failed' }, 'its collect callback failed', error);
    }
    return undefined;
  }

  function report(loss: AppMetricLoss, problem: string, cause?: unknown): void {
    if (onProblem === undefined) return;
    const parts = {
      problem: `${loss.metric} is not on the page: ${problem}`,
      expected: 'a collect callback that ends soon and without an error',
      fix: 'let the callback read what is known already, and catch its errors',
    };
    try {
      onProblem(new SightlineError('SIGHTLINE_METRIC_SOURCE', parts, { cause }), loss);
    } catch {
      // Whoever wants to know of one metric must not take the others along.
    }
  }

  return async () => {
    const page: ClientPage = {
      openMetrics: registry.contentType.startsWith('application/openmetrics-text'),
      defaultLabels: defaultLabelsOf(registry),
    };
    const pacer = createPacer(SLICES_MS);
    const reading: Promise<ClientMetric | undefined>[] = [];
    // Each for itself: the libraries' own getMetricsAsJSON fails as a whole when one metric does.
    const metrics: readonly Collectable[] = registry.getMetricsAsArray();
    for (const metric of metrics) {
      if (pacer.isDue()) await pacer.turn();
      reading.push(collect(metric));
    }
    const families: FamilySnapshot[] = [];
    for (const [at, values] of (await Promise.all(reading)).entries()) {
      if (values === undefined) continue;
      try {
        families.push(await familyOf(values, page, pacer));
      } catch (error) {
        // Whatever one gives as a metric or as a label's value, the others stay.
        report(
          { metric: textOf(metrics[at]?.name), reason: 'failed' },
          'what it gives cannot be read',
          error,
        );
      }
    }
    return families;
  };
}

/** Neither library has a way to ask for them; both keep them under this name. */
function defaultLabelsOf(registry: RegistryLike): ClientLabels {
  // oxlint-disable-next-line no-underscore-dangle -- the name is theirs
  return (registry as { readonly _defaultLabels?: ClientLabels })._defaultLabels ?? {};
}
