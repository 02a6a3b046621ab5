/* oxlint-disable no-await-in-loop -- the event loop gets its turn between slices */
import { mergeFamily } from '../aggregation/merge-family.ts';
import type { Exemplar, FamilyDefinition, FamilySnapshot, SeriesSnapshot } from '../family.ts';
import { exemplarOf } from './client-exemplar.ts';
import type { ClientLabels, ClientMetric, ClientValue } from './client-metric.ts';
import { createPacer, type Pacer } from '../pacer.ts';

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

/** Lines of the library that are read before the clock is asked. */
const STRIDE = 64;

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

/**
 * A metric of a client library as a family of ours, under the name that it has on the library's own page.
 *
 * @param pacer what a large metric takes is cut into slices by it
 */
export async function familyOf(
  metric: ClientMetric,
  page: ClientPage,
  pacer: Pacer = createPacer(),
): Promise<FamilySnapshot> {
  const type = types[metric.type ?? ''] ?? 'unknown';
  const labels = await labelNames(metric, type, page, pacer);
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
  const valuesOf = ({ labels: given }: ClientValue): (string | undefined)[] =>
    labels.map((label) => text(valueOf(given, label) ?? valueOf(page.defaultLabels, label)));

  if (type === 'histogram' || type === 'summary') return ofParts(metric, definition, valuesOf, pacer);
  const series: SeriesSnapshot[] = [];
  for (const value of metric.values ?? []) {
    const labelValues = valuesOf(value);
    const exemplar = exemplarOf(value.exemplar);
    series.push({ labelValues, value: value.value, ...(exemplar && { exemplar }) });
    if (series.length % STRIDE === 0 && pacer.isDue()) await pacer.turn();
  }
  return withoutTwins({ definition, series });
}

/**
 * A registry in OpenMetrics mode adds `_total` to every counter. In text mode the name is what the team's queries say, so
 * it stays; the page calls it `unknown` in OpenMetrics, which has no counter without `_total`.
 */
function nameOf({ name, type }: ClientMetric, { openMetrics }: ClientPage): string {
  return type === 'counter' && openMetrics && !name.endsWith('_total') ? `${name}_total` : name;
}

async function labelNames(
  metric: ClientMetric,
  type: FamilyDefinition['type'],
  page: ClientPage,
  pacer: Pacer,
): Promise<string[]> {
  const names = new Set<string>();
  let done = 0;
  for (const { labels } of metric.values ?? []) {
    for (const name in labels) names.add(name);
    if (++done % STRIDE === 0 && pacer.isDue()) await pacer.turn();
  }
  for (const name of Object.keys(page.defaultLabels)) names.add(name);
  if (type === 'histogram') names.delete('le');
  if (type === 'summary') names.delete('quantile');
  return [...names];
}

/** What every object has is no label: one may be called `constructor`. */
function valueOf(labels: ClientLabels | undefined, name: string): ClientLabels[string] {
  return labels !== undefined && Object.hasOwn(labels, name) ? labels[name] : undefined;
}

function text(value: ClientLabels[string]): string | undefined {
  return value === undefined || value === null ? undefined : String(value);
}

/** A label set may stand twice in a library, once with a label left out and once with it empty; not so on a page. */
function withoutTwins(family: FamilySnapshot): FamilySnapshot {
  const mayHaveTwins = family.series.some(({ labelValues }) => labelValues.some((value) => !value));
  return mayHaveTwins ? mergeFamily([family]) : family;
}

async function ofParts(
  metric: ClientMetric,
  definition: FamilyDefinition,
  valuesOf: (value: ClientValue) => (string | undefined)[],
  pacer: Pacer,
): Promise<FamilySnapshot> {
  const { labels } = definition;
  const names = { sum: `${metric.name}_sum`, count: `${metric.name}_count` };
  const byLabels = new Map<string, Parts>();
  let before: ClientValue | undefined;
  let parts: Parts | undefined;
  let done = 0;
  for (const value of metric.values ?? []) {
    // The lines of a label set stand together: the key is made for the first of them.
    if (parts === undefined || !sameLabels(labels, before, value)) {
      const key = keyOf(labels, value);
      parts = byLabels.get(key);
      if (parts === undefined) {
        byLabels.set(
          key,
          (parts = { labelValues: valuesOf(value), buckets: [], quantiles: {}, sum: 0, count: 0 }),
        );
      }
    }
    before = value;
    readPart(parts, names, value);
    if (++done % STRIDE === 0 && pacer.isDue()) await pacer.turn();
  }
  const all = [...byLabels.values()];
  return withoutTwins(
    definition.type === 'histogram' ? await histogramOf(definition, all, pacer) : summaryOf(definition, all),
  );
}

function sameLabels(labels: readonly string[], one: ClientValue | undefined, other: ClientValue): boolean {
  return labels.every((label) => valueOf(one?.labels, label) === valueOf(other.labels, label));
}

/** What the library tells a label set from others by: none, null and empty are three there, and one on a page. */
function keyOf(labels: readonly string[], { labels: given }: ClientValue): string {
  let key = '';
  for (const label of labels) {
    const value = valueOf(given, label);
    key += value === undefined ? '-' : `${String(value).length}:${String(value)}`;
  }
  return key;
}

function readPart(
  parts: Parts,
  names: { readonly sum: string; readonly count: string },
  { metricName, labels, value, exemplar }: ClientValue,
): void {
  if (metricName === names.sum) parts.sum = value;
  else if (metricName === names.count) parts.count = value;
  else if (labels?.['le'] !== undefined) {
    const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
    parts.buckets.push({ bound, count: value, exemplar: exemplarOf(exemplar) });
  } else if (labels?.['quantile'] !== undefined) parts.quantiles[String(labels['quantile'])] = value;
}

function summaryOf(definition: FamilyDefinition, all: readonly Parts[]): FamilySnapshot {
  const series = all.map(({ labelValues, quantiles, sum, count }) => ({
    labelValues,
    summary: { quantiles, sum, count },
  }));
  return { definition, series };
}

async function histogramOf(
  definition: FamilyDefinition,
  all: readonly Parts[],
  pacer: Pacer,
): Promise<FamilySnapshot> {
  let boundaries: number[] = [];
  const series: SeriesSnapshot[] = [];
  for (const { labelValues, buckets, sum } of all) {
    const sorted = buckets.toSorted((one, other) => one.bound - other.bound);
    // The library gives every label set of a metric the same buckets.
    boundaries = sorted.map(({ bound }) => bound).filter((bound) => bound !== Infinity);
    const exemplars = sorted.map(({ exemplar }) => exemplar);
    series.push({
      labelValues,
      histogram: {
        counts: sorted.map(({ count }, at) => count - (sorted[at - 1]?.count ?? 0)),
        sum,
        ...(exemplars.some((exemplar) => exemplar !== undefined) && { exemplars }),
      },
    });
    if (series.length % STRIDE === 0 && pacer.isDue()) await pacer.turn();
  }
  return { definition: { ...definition, boundaries }, series };
}
