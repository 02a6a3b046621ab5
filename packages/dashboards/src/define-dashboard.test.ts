import type { SightlineError } from '@sightline/errors';
import { describe, expect, it } from 'vitest';
import { type DashboardDefinition, defineDashboard } from './define-dashboard.ts';
import { dashboardJson } from './grafana/dashboard-json.ts';
import { dashboardResource } from './grafana/dashboard-resource.ts';
import { panelContext } from './panels/context.ts';
import { type Panel, promql } from './panels/panel.ts';
import { errorRatioPanel } from './panels/requests.ts';
import { dataSourceVariable, searchVariable, serviceVariables } from './variables.ts';

const panel: Panel = {
  view: 'timeseries',
  title: 'Is it up?',
  description: 'Whether the scrape works.',
  unit: 'none',
  queries: [promql('up')],
  noData: 'Scrape it.',
  expects: 'series',
};
const good: DashboardDefinition = {
  uid: 'mine',
  title: 'Mine',
  description: 'My dashboard.',
  tags: ['mine'],
  variables: [dataSourceVariable('prometheus'), ...serviceVariables],
  rows: [{ title: 'Row', panels: [panel] }],
  timeRange: '1h',
  refresh: '1m',
};

function problemOf(definition: DashboardDefinition): string {
  try {
    defineDashboard(definition);
  } catch (error) {
    const { code, message } = error as SightlineError;
    return `${code} ${message}`;
  }
  return '';
}

describe('defineDashboard', () => {
  it('gives back what is right, frozen', () => {
    const defined = defineDashboard(good);
    expect(defined).toEqual(good);
    expect(Object.isFrozen(defined)).toBe(true);
  });

  it.each<[string, Partial<DashboardDefinition>]>([
    ['its uid is not', { uid: 'no spaces' }],
    ['it has no title', { title: ' ' }],
    ['it has no description', { description: '' }],
    ['it has no rows', { rows: [] }],
    ['a data source stands behind', { variables: [searchVariable, dataSourceVariable('prometheus')] }],
    [
      'two variables have one name',
      { variables: [dataSourceVariable('prometheus'), dataSourceVariable('prometheus')] },
    ],
    ['two panels ask "Is it up?"', { rows: [{ title: 'Row', panels: [panel, panel] }] }],
    ['does not ask a question', { rows: [{ title: 'Row', panels: [{ ...panel, title: 'Up' }] }] }],
    ['has no unit', { rows: [{ title: 'Row', panels: [{ ...panel, unit: '' }] }] }],
    [
      'does not say what to do without data',
      { rows: [{ title: 'Row', panels: [{ ...panel, noData: '' }] }] },
    ],
    ['has not 1 to 26 queries', { rows: [{ title: 'Row', panels: [{ ...panel, queries: [] }] }] }],
    ['is not 1 to 24 wide', { rows: [{ title: 'Row', panels: [{ ...panel, width: 25 }] }] }],
    ['needs a variable for prometheus', { variables: [] }],
  ])('says that %s', (problem, change) => {
    const said = problemOf({ ...good, ...change });
    expect(said).toMatch(/^SIGHTLINE_DASHBOARD /);
    expect(said).toContain(problem);
  });

  it('names everything that is wrong at once', () => {
    expect(problemOf({ ...good, title: '', description: '' })).toMatch(/no title; it has no description/);
  });
});

describe('dashboardJson', () => {
  it('lets panels flow, 24 columns to a line, and hides those of a closed row in it', () => {
    const three = ['a?', 'b?', 'c?'].map((title) => Object.assign({}, panel, { title, width: 10 }));
    const json = dashboardJson({
      ...good,
      rows: [
        { title: 'Open', panels: three },
        { title: 'Closed', panels: [{ ...panel, title: 'd?' }], closed: true },
        { title: 'Last', panels: [{ ...panel, title: 'e?' }] },
      ],
    });
    const places = json.panels?.map(({ title, gridPos }) => [title, gridPos?.x, gridPos?.y]);
    expect(places).toEqual([
      ['Open', 0, 0],
      ['a?', 0, 1],
      ['b?', 10, 1],
      ['c?', 0, 9],
      ['Closed', 0, 17],
      ['Last', 0, 18],
      ['e?', 0, 19],
    ]);
    expect(json.panels?.[4]).toMatchObject({ collapsed: true, panels: [{ title: 'd?' }] });
  });

  it('shows the alert threshold as it was given, and what to switch on without data', () => {
    const context = panelContext(undefined, { thresholds: { errorRatio: 0.2 } });
    const json = dashboardJson({ ...good, rows: [{ title: 'Row', panels: [errorRatioPanel(context)] }] });
    expect(json.panels?.[1]).toMatchObject({
      fieldConfig: {
        defaults: {
          thresholds: {
            steps: [
              { value: null, color: 'green' },
              { value: 0.2, color: 'red' },
            ],
          },
          noValue: expect.stringContaining('@sightline/bootstrap'),
        },
      },
    });
  });

  it('is the same each time', () => {
    expect(JSON.stringify(dashboardJson(good))).toBe(JSON.stringify(dashboardJson(good)));
  });

  it('has lines for alerts and deploys where a service is chosen', () => {
    expect(dashboardJson(good).annotations.list?.map(({ name }) => name)).toEqual(['Alerts', 'Deploys']);
    expect(
      dashboardJson({ ...good, variables: [dataSourceVariable('prometheus')] }).annotations.list ?? [],
    ).toEqual([]);
  });
});

describe('dashboardResource', () => {
  it('says the same in schema v2: every panel is an element, and every row has those of it', () => {
    const { apiVersion, metadata, spec } = dashboardResource(good);
    expect([apiVersion, metadata.name]).toEqual(['dashboard.grafana.app/v2', 'mine']);
    expect(Object.keys(spec.elements)).toEqual(['panel-2']);
    expect(spec.elements['panel-2']).toMatchObject({
      kind: 'Panel',
      spec: {
        title: 'Is it up?',
        data: {
          spec: {
            queries: [
              {
                spec: {
                  refId: 'A',
                  query: {
                    group: 'prometheus',
                    datasource: { name: '${prometheus_datasource}' },
                    spec: { expr: 'up' },
                  },
                },
              },
            ],
          },
        },
        vizConfig: { group: 'timeseries' },
      },
    });
    expect(spec.layout).toMatchObject({
      kind: 'RowsLayout',
      spec: {
        rows: [
          {
            spec: {
              title: 'Row',
              layout: { spec: { items: [{ spec: { x: 0, y: 0, width: 8, element: { name: 'panel-2' } } }] } },
            },
          },
        ],
      },
    });
  });

  it('has every variable, with its kind', () => {
    const kinds = dashboardResource({
      ...good,
      variables: [...good.variables, searchVariable],
    }).spec.variables.map(({ kind }) => kind);
    expect(kinds).toEqual([
      'DatasourceVariable',
      ...serviceVariables.map(() => 'QueryVariable'),
      'TextVariable',
    ]);
  });
});
