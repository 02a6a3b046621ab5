import { describe, expect, it } from 'vitest';
import { dashboards } from '../dashboards.ts';
import { maybeEmpty } from '../panels/no-data.ts';
import { type Panel, column, logql, now, promql, traceSearch } from '../panels/panel.ts';
import { grafanaPanel } from './panels.ts';

const panel: Panel = {
  view: 'table',
  title: 'Which is it?',
  description: 'What it is.',
  unit: 'reqps',
  queries: [column('Rate', 'sum by (job, code) (rate(x_total[5m]))', 'reqps')],
  columns: { job: 'Service', code: 'Status' },
  noData: 'Switch it on.',
  expects: 'series',
};

/** What is read of a panel here. */
interface Drawn {
  readonly transformations?: readonly {
    readonly id: string;
    readonly options: Readonly<Record<string, unknown>>;
  }[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly fieldConfig: {
    readonly defaults: { readonly noValue?: string; readonly min?: number; readonly custom?: object };
    readonly overrides: readonly {
      readonly matcher: { readonly id: string; readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
}

function drawn(definition: Panel): Drawn {
  const place = { x: 0, y: 0, w: 12, h: 8 };
  return grafanaPanel({ id: 1, panel: definition, place }, undefined) as unknown as Drawn;
}

/** The properties that fields get by this matcher, by their ids. */
function propertiesOf({ fieldConfig }: Drawn, options: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    fieldConfig.overrides
      .filter(({ matcher }) => matcher.options === options)
      .flatMap(({ properties }) => properties.map(({ id, value }) => [id, value] as const)),
  );
}

function organized({ transformations = [] }: Drawn): Readonly<Record<string, string>> {
  const { options } = transformations.find(({ id }) => id === 'organize') ?? {};
  return options?.['renameByName'] as Readonly<Record<string, string>>;
}

describe('grafanaPanel', () => {
  it('says what to switch on where there is nothing, and a dash where one value is missing', () => {
    const { fieldConfig } = drawn(panel);
    expect(fieldConfig.defaults.noValue).toBe('Switch it on.');
    expect(propertiesOf(drawn(panel), '/.*/')).toEqual({ noValue: '–' });
  });

  it.each(
    Object.entries(dashboards()).flatMap(([board, { rows }]) =>
      rows.flatMap(({ panels }) => panels.map((each) => [`${board}: ${each.title}`, each] as const)),
    ),
  )('explains in the panel why it is empty: %s', (_, each) => {
    expect(drawn(each).fieldConfig.defaults.noValue).toBe(each.noData);
  });

  it('takes a status for a text, so that it gets no unit', () => {
    expect(propertiesOf(drawn(panel), 'Status')).toMatchObject({ unit: 'string' });
    expect(propertiesOf(drawn({ ...panel, unlabelled: 'none' }), 'Service')).toMatchObject({
      noValue: 'none',
    });
  });

  it('leaves room for labels: numbers are as wide as their titles', () => {
    expect(propertiesOf(drawn(panel), 'Rate')).toMatchObject({ 'custom.width': 100 });
    const wide = { ...panel, queries: [column('Share of all requests', 'x', 'percentunit')] };
    expect(propertiesOf(drawn(wide), 'Share of all requests')).toMatchObject({ 'custom.width': 196 });
  });

  it('shows only the labels of a query whose value says nothing', () => {
    const queries = [column('Up for', 'x', 's'), { ...now('node_info'), labelsOnly: true as const }];
    expect(organized(drawn({ ...panel, queries }))).toEqual({
      job: 'Service',
      code: 'Status',
      'Value #A': 'Up for',
    });
  });

  it('names the numbers of Loki by either of their names, and leaves out the time', () => {
    const queries = [
      { ...logql('sum by (job) (count_over_time({a="b"}[1m]))', 'Lines'), instant: true as const },
    ];
    const table = drawn({ ...panel, queries, columns: { job: 'Service' } });
    expect(organized(table)).toEqual({ job: 'Service', 'Value #A': 'Lines', Value: 'Lines' });
    expect(table.transformations?.find(({ id }) => id === 'filterFieldsByName')?.options).toEqual({
      include: { names: ['job', 'Value #A', 'Value'] },
    });
  });

  it('gives the name of a request what room there is in a search for traces', () => {
    const table = drawn({ ...panel, queries: [traceSearch('{ kind = server }')] });
    expect(table.transformations).toBeUndefined();
    expect(propertiesOf(table, 'traceID')).toEqual({ 'custom.width': 120 });
    expect(propertiesOf(table, 'traceName')).toEqual({});
  });

  it('names a series of whose legend nothing is left', () => {
    const graph: Panel = {
      ...panel,
      view: 'timeseries',
      queries: [promql('x', '{{route}}')],
      unlabelled: 'no route',
    };
    expect(propertiesOf(drawn(graph), '/^Value$/')).toEqual({ displayName: 'no route' });
  });

  it('tells the unit of the buckets of a heatmap from that of what is in them', () => {
    const map: Panel = {
      ...panel,
      view: 'heatmap',
      unit: 's',
      cellUnit: 'reqps',
      expects: maybeEmpty.optional,
    };
    expect(drawn(map).options).toMatchObject({ yAxis: { unit: 's' }, cellValues: { unit: 'reqps' } });
  });

  it('lets bars begin at nothing', () => {
    expect(drawn({ ...panel, view: 'bar-gauge' }).fieldConfig.defaults.min).toBe(0);
  });
});
