import type { TargetState } from '../ingest/scrape/scrape-manager.ts';
import type { Call, Route } from '../server/route.ts';
import { compileMatcher } from '../store/compiled-matcher.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { wholeNumber } from './parameters.ts';
import { type Annotated, prometheusAnswer } from './prometheus-answer.ts';
import { matchersOf } from './selectors.ts';

export interface PrometheusTargetRoutesOptions {
  readonly stores: Pick<MetricStores, 'series' | 'metadata'>;
  readonly targets: () => readonly TargetState[];
  /** Since 1970 [ms]. */
  readonly now: () => number;
}

/** A target has the metrics that it showed within this time [ms]. */
const RECENT_MS = 300_000;
const suffix = /_(?:total|bucket|sum|count|created|info)$/;

/** The part of Prometheus's API that tells what is scraped. */
export function prometheusTargetRoutes(options: PrometheusTargetRoutesOptions): readonly Route[] {
  const { stores, targets, now } = options;

  function pools(): Annotated {
    const names = new Set(targets().map(({ labels }) => labels['job']!));
    return { data: { scrapePools: [...names].toSorted() } };
  }

  /** Names of what a target shows, without what stands behind the name of a family. */
  function* familiesOf({ labels }: TargetState): Iterable<string> {
    const matchers = ['job', 'instance'].map((name) => ({
      name,
      op: '=' as const,
      value: labels[name]!,
    }));
    const seen = new Set<string>();
    const range = { fromMs: now() - RECENT_MS, toMs: now() };
    for (const { __name__: name = '' } of stores.series.series([matchers], range)) {
      for (const family of [name, name.replace(suffix, '')]) {
        if (seen.has(family)) continue;
        seen.add(family);
        yield family;
      }
    }
  }

  function metadata({ parameters }: Call): Annotated {
    const limit = wholeNumber(parameters, 'limit', Infinity);
    const metric = parameters.get('metric') ?? '';
    const matchTarget = parameters.get('match_target') ?? '';
    const tests = matchTarget === '' ? [] : matchersOf(matchTarget, 'match_target').map(compileMatcher);
    const known = stores.metadata.all();
    const data: object[] = [];
    for (const target of targets()) {
      if (!tests.every((fits) => fits(target.labels))) continue;
      for (const family of familiesOf(target)) {
        if (data.length >= limit) return { data };
        const found = known.get(family);
        if (found === undefined || (metric !== '' && metric !== family)) continue;
        data.push({ target: target.labels, ...(metric === '' && { metric: family }), ...found });
      }
    }
    return { data };
  }

  return [
    { methods: ['GET'], path: '/api/v1/scrape_pools', handle: () => prometheusAnswer(pools) },
    {
      methods: ['GET'],
      path: '/api/v1/targets/metadata',
      handle: (call) => prometheusAnswer(() => metadata(call)),
    },
  ];
}
