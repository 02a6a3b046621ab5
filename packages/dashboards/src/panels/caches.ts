import { gaugeBy, quantile, sumRate } from '../queries/promql.ts';
import * as resilience from '../queries/resilience.ts';
import type { PanelContext } from './context.ts';
import { maybeEmpty, noData } from './no-data.ts';
import { type Panel, promql } from './panel.ts';

const watched = { view: 'timeseries', noData: noData.watch, expects: maybeEmpty.optional } as const;

/** Hit ratio. */
export function cacheHitRatioPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How much do the caches hold back?',
    description:
      'Share of the look-ups that the cache answers. What it does not, the dependency behind it gets.',
    unit: 'percentunit',
    queries: [promql(resilience.cacheHitRatio(scope), '{{cache}}')],
    alerts: ['CacheHitRatioCollapsed'],
    max: 1,
  };
}

/** Look-ups by result. */
export function cacheRequestsPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'What becomes of look-ups?',
    description: 'Look-ups a second by cache and result.',
    unit: 'ops',
    queries: [promql(sumRate(scope, 'cache_requests_total', ['cache', 'result']), '{{cache}} {{result}}')],
    stacked: true,
  };
}

/** How full caches are. */
export function cacheSizePanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How full are the caches?',
    description:
      'Share of the entries that a cache may hold. A full one lets go of what may be asked for again.',
    unit: 'percentunit',
    queries: [promql(resilience.cacheFullRatio(scope), '{{job}} {{cache}}')],
    max: 1,
  };
}

/** Memory of caches. */
export function cacheMemoryPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How much memory do the caches take?',
    description: 'As each cache counts it; one that does not count it is not here.',
    unit: 'bytes',
    queries: [promql(gaugeBy(scope, 'sum', 'cache_size_bytes', ['cache']), '{{cache}}')],
  };
}

/** What enters and leaves. */
export function cacheChurnPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Why do caches let go of entries?',
    description:
      'Entries a second that were written, and those that went, by why. Many by size: the cache is too small.',
    unit: 'ops',
    queries: [
      promql(sumRate(scope, 'cache_evictions_total', ['cache', 'reason']), '{{cache}} {{reason}}'),
      promql(sumRate(scope, 'cache_sets_total', ['cache']), '{{cache}} written'),
    ],
  };
}

/** Loads. */
export function cacheLoadPanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'How long does it take to fill a cache?',
    description: '95 in 100 loads of what a cache did not have, by outcome.',
    unit: 's',
    queries: [
      promql(
        quantile(scope, 0.95, 'cache_load_duration_seconds', ['cache', 'outcome']),
        '{{cache}} {{outcome}}',
      ),
    ],
  };
}

/** Stampedes. */
export function cacheStampedePanel({ scope }: PanelContext): Panel {
  return {
    ...watched,
    title: 'Is there a stampede on a cache?',
    description:
      'Loads under way, loads a second of what was being loaded already, and look-ups that waited instead.',
    unit: 'none',
    queries: [
      promql(gaugeBy(scope, 'sum', 'cache_active_loads', ['cache']), '{{cache}} under way'),
      promql(sumRate(scope, 'cache_overlapping_loads_total', ['cache']), '{{cache}} twice, a second'),
      promql(sumRate(scope, 'cache_shared_loads_total', ['cache']), '{{cache}} waited, a second'),
    ],
  };
}
