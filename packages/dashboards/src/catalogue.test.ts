import { metrics } from '@sightline/conventions';
import { describe, expect, it } from 'vitest';
import { metricsWithoutPanel } from './catalogue-exceptions.ts';
import { dashboards } from './dashboards.ts';
import { foreignMetrics } from './foreign-metrics.ts';
import { selectorsOf } from './grammar.fixture.ts';
import { recordedSeries } from './queries/recorded.ts';

/** Every selector of every panel, and of the queries that metrics come from in traces. */
const selectors = Object.values(dashboards()).flatMap(({ uid, rows }) =>
  rows
    .flatMap(({ panels }) => panels)
    .flatMap(({ title, queries }) =>
      queries
        .filter(({ language }) => language === 'promql')
        .flatMap(({ expr }) =>
          selectorsOf(expr).map(({ name, matchers }) => ({ at: `${uid}: ${title}`, name, matchers })),
        ),
    ),
);

/** `x_bucket` is a series of the histogram `x`. */
function metricOf(series: string): string {
  const base = series.replace(/_(?:bucket|count|sum)$/, '');
  const definition = Object.entries(metrics).find(([name]) => name === base)?.[1];
  return definition?.type === 'histogram' ? base : series;
}

const recorded: ReadonlySet<string> = new Set(Object.values(recordedSeries));
const labelsOf = new Map<string, readonly string[]>([
  ...Object.entries(metrics).map(([name, { labels }]) => [name, labels] as const),
]);
const targetLabels = new Set(
  'job instance namespace deployment_environment_name le service_version'.split(' '),
);

describe('the dashboards', () => {
  it('read what is in the catalogue, is recorded, or is listed as of somebody else', () => {
    expect(selectors.length).toBeGreaterThan(300);
    const unknown = selectors.filter(
      ({ name }) => !(metricOf(name) in metrics) && !recorded.has(name) && !(name in foreignMetrics),
    );
    expect(unknown.map(({ at, name }) => `${at}: ${name}`)).toEqual([]);
  });

  it('match labels that the metric has', () => {
    const wrong = selectors.flatMap(({ at, name, matchers }) => {
      const labels = labelsOf.get(metricOf(name));
      if (labels === undefined) return [];
      return matchers
        .filter(([label]) => !labels.includes(label) && !targetLabels.has(label))
        .map(([label]) => `${at}: ${name}{${label}}`);
    });
    expect(wrong).toEqual([]);
  });

  it('show every metric of the catalogue, unless it says why not', () => {
    const shown = new Set(selectors.map(({ name }) => metricOf(name)));
    const missing = Object.keys(metrics).filter((name) => !shown.has(name));
    expect(missing.toSorted()).toEqual(Object.keys(metricsWithoutPanel).toSorted());
    expect(Object.values(metricsWithoutPanel).filter((reason) => reason.length < 20)).toEqual([]);
  });

  it('read every recorded series and every metric of somebody else that is listed', () => {
    const read = new Set(selectors.map(({ name }) => name));
    expect([...recorded, ...Object.keys(foreignMetrics)].filter((name) => !read.has(name))).toEqual([]);
  });

  it('ask for exemplars only where a histogram is read', () => {
    const queries = Object.values(dashboards()).flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries)),
    );
    const asking = queries.flatMap((query) =>
      query.language === 'promql' && query.exemplars ? [query.expr] : [],
    );
    expect(asking.length).toBeGreaterThan(3);
    expect(asking.filter((expr) => selectorsOf(expr).every(({ name }) => !name.endsWith('_bucket')))).toEqual(
      [],
    );
  });
});
