import { mergeFamily } from '../aggregation/merge-family.ts';
import type { Exemplar, FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { exemplarOf } from './client-exemplar.ts';
import type { ClientLabels, ClientMetric, ClientValue } from './client-metric.ts';

/** How the registry that a metric comes from writes its own page. */
export interface ClientPage {
  /** Counters are written with `_total` after their name, whatever that is. */
  readonly openMetrics: boolean;
  /** What the registry adds to every label set that has no value of its own for it. */
  readonly defaultLabels: ClientLabels;
}

const aggregates: Readonly<Record<string, FamilyDefinition['aggregate']>> = {
  sum: 'sum',
  first: 'first',
  min: 'min',
  max: 'max',
  average: 'mean',
  // Where the library would leave the metric out, one process stands for all.
  omit: 'first',
};

const types: Readonly<Record<string, FamilyDefinition['type']>> = {
  counter: 'counter',
  gauge: 'gauge',
  histogram: 'histogram',
  summary: 'summary',
};

/** One label set of a histogram or summary while its lines are read. */
interface Parts {
  readonly labelValues: (string | undefined)[];
  readonly buckets: {
    readonly bound: number;
    readonly count: number;
    readonly exemplar: Exemplar | undefined;
  }[];
  readonly quantiles: Record<string, number>;
  sum: number;
  count: number;
}

/** A metric of a client library as a family of ours, under the name that it has on the library's own page. */
export function familyOf(metric: ClientMetric, page: ClientPage): FamilySnapshot {
  const type = types[metric.type ?? ''] ?? 'unknown';
  const labels = labelNames(metric, type, page);
  const aggregate = aggregates[metric.aggregator ?? ''];
  const definition: FamilyDefinition = {
    name: nameOf(metric, page),
    type,
    unit: '',
    help: metric.help ?? '',
    labels,
    // It is the service's own: nothing of it is refused.
    seriesBound: Number.MAX_SAFE_INTEGER,
    ...(aggregate && { aggregate }),
  };
  const valuesOf = (value: ClientValue): (string | undefined)[] =>
    labels.map((label) => text(value.labels?.[label] ?? page.defaultLabels[label]));

  if (type === 'histogram' || type === 'summary') return ofParts(metric, definition, valuesOf);
  return withoutTwins({
    definition,
    series: (metric.values ?? []).map((value): SeriesSnapshot => {
      const labelValues = valuesOf(value);
      const exemplar = exemplarOf(value.exemplar);
      return exemplar ? { labelValues, value: value.value, exemplar } : { labelValues, value: value.value };
    }),
  });
}

/**
 * A registry in OpenMetrics mode adds `_total` to every counter. In text mode the name is what the team's queries say, so
 * it stays; the page calls it `unknown` in OpenMetrics, which has no counter without `_total`.
 */
function nameOf({ name, type }: ClientMetric, { openMetrics }: ClientPage): string {
  return type === 'counter' && openMetrics && !name.endsWith('_total') ? `${name}_total` : name;
}

function labelNames(metric: ClientMetric, type: FamilyDefinition['type'], page: ClientPage): string[] {
  const names = new Set<string>();
  for (const { labels } of metric.values ?? []) for (const name in labels) names.add(name);
  for (const name of Object.keys(page.defaultLabels)) names.add(name);
  if (type === 'histogram') names.delete('le');
  if (type === 'summary') names.delete('quantile');
  return [...names];
}

function text(value: ClientLabels[string]): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** A label set may stand twice in a library, once with a label left out and once with it empty; not so on a page. */
function withoutTwins(family: FamilySnapshot): FamilySnapshot {
  const mayHaveTwins = family.series.some(({ labelValues }) => labelValues.some((value) => !value));
  return mayHaveTwins ? mergeFamily([family]) : family;
}

function ofParts(
  metric: ClientMetric,
  definition: FamilyDefinition,
  valuesOf: (value: ClientValue) => (string | undefined)[],
): FamilySnapshot {
  const byLabels = new Map<string, Parts>();
  for (const value of metric.values ?? []) {
    const key = keyOf(definition.labels, value);
    let parts = byLabels.get(key);
    if (parts === undefined) {
      const labelValues = valuesOf(value);
      byLabels.set(key, (parts = { labelValues, buckets: [], quantiles: {}, sum: 0, count: 0 }));
    }
    readPart(parts, metric.name, value);
  }
  return withoutTwins(
    definition.type === 'histogram'
      ? histogramOf(definition, [...byLabels.values()])
      : {
          definition,
          series: Array.from(byLabels.values(), ({ labelValues, quantiles, sum, count }) => ({
            labelValues,
            summary: { quantiles, sum, count },
          })),
        },
  );
}

/** What the library tells a label set from others by: none, null and empty are three there, and one on a page. */
function keyOf(labels: readonly string[], { labels: given }: ClientValue): string {
  return JSON.stringify(
    labels.map((label) => (given?.[label] === undefined ? undefined : String(given[label]))),
  );
}

function readPart(parts: Parts, name: string, { metricName, labels, value, exemplar }: ClientValue): void {
  if (metricName === `${name}_sum`) parts.sum = value;
  else if (metricName === `${name}_count`) parts.count = value;
  else if (labels?.['le'] !== undefined) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    parts.buckets.push({ bound, count: value, exemplar: exemplarOf(exemplar) });
  } else if (labels?.['quantile'] !== undefined) parts.quantiles[String(labels['quantile'])] = value;
}

function histogramOf(definition: FamilyDefinition, all: readonly Parts[]): FamilySnapshot {
  let boundaries: number[] = [];
  const series = all.map(({ labelValues, buckets, sum }): SeriesSnapshot => {
    const sorted = buckets.toSorted((one, other) => one.bound - other.bound);
    // The library gives every label set of a metric the same buckets.
    boundaries = sorted.map(({ bound }) => bound).filter((bound) => bound !== Infinity);
    const exemplars = sorted.map(({ exemplar }) => exemplar);
    return {
      labelValues,
      histogram: {
        counts: sorted.map(({ count }, at) => count - (sorted[at - 1]?.count ?? 0)),
        sum,
        ...(exemplars.some((exemplar) => exemplar !== undefined) && { exemplars }),
      },
    };
  });
  return { definition: { ...definition, boundaries }, series };
}
