import { readFileSync } from 'node:fs';
import { catalogueDefinition } from '@sightline/conventions';
import type { HistogramSeries } from './family.ts';
import type { LiveFamily } from './live-family.ts';
import type { Losses } from './losses.ts';
import type { LiveRegistry } from './registry.ts';
import type { CounterCell, GaugeCell } from './series.ts';

/** What the registry says about itself. */
export interface SelfMetrics {
  readonly scrapeDuration: HistogramSeries;
  /** Brings the numbers up to date. */
  update(): void;
}

export interface BuildInfo {
  readonly serviceVersion: string | undefined;
  readonly revision: string | undefined;
}

/** Most metrics whose label sets are counted on the page: the bound of the label `metric`. */
const MAX_METRICS = 500;

export function createSelfMetrics(
  registry: LiveRegistry,
  losses: Losses,
  { serviceVersion, revision }: BuildInfo,
): SelfMetrics {
  const info = registry.gauge(catalogueDefinition('sightline_build_info'));
  info.series([ownVersion(), serviceVersion, revision]).set(1);
  const scrapeDuration = registry
    .histogram(catalogueDefinition('sightline_scrape_duration_seconds'))
    .series([]);
  const sets = registry.gauge(catalogueDefinition('sightline_series'));
  const refused = registry.counter(catalogueDefinition('sightline_series_refused_total'));
  const dropped = registry.counter(catalogueDefinition('sightline_observations_dropped_total'));
  const own: ReadonlySet<unknown> = new Set([sets, refused, dropped]);

  return {
    scrapeDuration,

    update() {
      const shown = new Set<GaugeCell>();
      const counted = new Set<CounterCell>();
      for (const family of registry.families()) {
        if (own.has(family) || !canExplode(family)) continue;
        if (shown.size >= MAX_METRICS) break;
        const { name } = family.definition;
        const size = sets.table.get([name]);
        const refusals = refused.table.get([name]);
        size?.set(family.table.size);
        refusals?.reach(family.refused.count);
        if (size) shown.add(size);
        if (refusals) counted.add(refusals);
      }
      // Metrics that have left the registry.
      sets.table.keepOnly(shown);
      refused.table.keepOnly(counted);
      for (const { metric, reason, count } of losses.read())
        dropped.table.get([metric, reason])?.reach(count);
    },
  };
}

/** Label sets that nobody needs to watch. */
const FEW_SERIES = 100;

/** Whether its label sets are worth a number: those of the runtime, say, have a few that are known beforehand. */
function canExplode({ definition, refused }: LiveFamily): boolean {
  return (definition.labels.length > 0 && definition.seriesBound > FEW_SERIES) || refused.count > 0;
}

/** Of this package; undefined when a bundler has left its manifest behind. */
function ownVersion(): string | undefined {
  try {
    const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    return (JSON.parse(manifest) as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
}
