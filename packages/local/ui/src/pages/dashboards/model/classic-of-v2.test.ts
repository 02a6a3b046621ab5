import { describe, expect, it } from 'vitest';
import { readDashboard } from './dashboard.ts';
import { sectionsOf } from './grid.ts';

const element = (id: number, type: string, expr: string): object => ({
  kind: 'Panel',
  spec: {
    id,
    title: `Panel ${id}`,
    description: 'what it is',
    links: [{ title: 'Home', url: '/' }],
    data: {
      kind: 'QueryGroup',
      spec: {
        queries: [
          {
            kind: 'PanelQuery',
            spec: {
              refId: 'A',
              hidden: false,
              query: {
                kind: 'DataQuery',
                group: 'prometheus',
                version: 'v0',
                datasource: { name: 'main' },
                spec: { expr },
              },
            },
          },
        ],
        transformations: [
          { kind: 'Transformation', group: 'limit', spec: { options: { limitField: 3 } } },
          { kind: 'Transformation', group: 'reduce', spec: { disabled: true, options: {} } },
        ],
        queryOptions: { interval: '30s', maxDataPoints: 100 },
      },
    },
    vizConfig: {
      kind: 'VizConfig',
      group: type,
      version: '13',
      spec: { options: { legend: {} }, fieldConfig: { defaults: { unit: 's' }, overrides: [] } },
    },
  },
});
const item = (name: string, place: object): object => ({
  kind: 'GridLayoutItem',
  spec: { ...place, element: { kind: 'ElementReference', name } },
});
const resource = (layout: object, more: object = {}): object => ({
  apiVersion: 'dashboard.grafana.app/v2',
  kind: 'Dashboard',
  metadata: { name: 'the-uid' },
  spec: {
    title: 'Of the second schema',
    tags: ['a'],
    cursorSync: 'Crosshair',
    timeSettings: { from: 'now-6h', to: 'now' },
    elements: {
      one: element(1, 'timeseries', 'up'),
      two: element(2, 'stat', 'down'),
      far: { kind: 'LibraryPanel', spec: { id: 3, title: 'Elsewhere' } },
    },
    layout,
    ...more,
  },
});
const grid = {
  kind: 'GridLayout',
  spec: {
    items: [
      item('two', { x: 12, y: 0, width: 12, height: 6 }),
      item('one', {
        x: 0,
        y: 0,
        width: 12,
        height: 6,
        repeat: { mode: 'variable', value: 'job', direction: 'v' },
      }),
    ],
  },
};

describe('readDashboard, of the second schema', () => {
  it('has the panels of a grid with their queries, looks and places', () => {
    const read = readDashboard(resource(grid));
    expect(read).toMatchObject({
      uid: 'the-uid',
      title: 'Of the second schema',
      from: 'now-6h',
      sharedCrosshair: true,
    });
    expect(read.panels.map(({ id, type, place, repeat }) => [id, type, place, repeat])).toEqual([
      [2, 'stat', { x: 12, y: 0, w: 12, h: 6 }, ''],
      [1, 'timeseries', { x: 0, y: 0, w: 12, h: 6 }, 'job'],
    ]);
    expect(read.panels[1]).toMatchObject({
      title: 'Panel 1',
      interval: '30s',
      maxDataPoints: 100,
      repeatDirection: 'v',
      defaults: { unit: 's' },
      links: [{ title: 'Home', url: '/' }],
      transformations: [{ id: 'limit', options: { limitField: 3 } }],
      targets: [{ refId: 'A', source: 'prometheus', hidden: false, raw: { expr: 'up' } }],
    });
  });

  it('makes sections of rows and tabs, within each other too, and columns of a grid that fills itself', () => {
    const auto = {
      kind: 'AutoGridLayout',
      spec: {
        maxColumnCount: 2,
        rowHeightMode: 'short',
        items: ['one', 'two', 'one'].map((name) => item(name, {})),
      },
    };
    const tab = (title: string, layout: object): object => ({
      kind: 'TabsLayoutTab',
      spec: { title, layout },
    });
    const row = (title: string, layout: object, more: object = {}): object => ({
      kind: 'RowsLayoutRow',
      spec: { title, layout, ...more },
    });
    const rows = {
      kind: 'RowsLayout',
      spec: {
        rows: [
          row('First', grid),
          row('Closed', auto, { collapse: true }),
          row('Tabs', { kind: 'TabsLayout', spec: { tabs: [tab('A', auto), tab('B', grid)] } }),
        ],
      },
    };
    const sections = sectionsOf(readDashboard(resource(rows)).panels, () => []);
    expect(sections.map(({ title, collapsed, panels }) => [title, collapsed, panels.length])).toEqual([
      ['First', false, 1],
      ['Closed', true, 3],
      ['Tabs / A', false, 3],
      ['Tabs / B', true, 1],
    ]);
    expect(sections[1]?.panels.map(({ panel: { place } }) => [place.x, place.y, place.w, place.h])).toEqual([
      [0, 0, 12, 4],
      [12, 0, 12, 4],
      [0, 4, 12, 4],
    ]);
  });

  it('keeps panels that cannot be shown, so that they say so', () => {
    const layout = { kind: 'GridLayout', spec: { items: [item('far', {}), item('nowhere', {})] } };
    expect(readDashboard(resource(layout)).panels.map(({ type, title }) => [type, title])).toEqual([
      ['library panel', 'Elsewhere'],
      ['missing element', 'nowhere'],
    ]);
  });

  it('has variables and annotations of every kind', () => {
    const variable = (kind: string, spec: object, more: object = {}): object => ({
      kind,
      spec: { name: kind, hide: 'dontHide', current: { text: '', value: '' }, ...spec },
      ...more,
    });
    const read = readDashboard(
      resource(grid, {
        variables: [
          variable('QueryVariable', {
            sort: 'alphabeticalDesc',
            refresh: 'onTimeRangeChanged',
            multi: true,
            query: {
              kind: 'DataQuery',
              group: 'prometheus',
              spec: { __legacyStringValue: 'label_values(up, job)' },
            },
          }),
          variable('SwitchVariable', { enabledValue: 'on', disabledValue: 'off', current: 'on' }),
          variable('DatasourceVariable', { pluginId: 'loki', hide: 'hideVariable' }),
          variable(
            'AdhocVariable',
            { filters: [{ key: 'a', operator: '=', value: 'b' }] },
            { group: 'loki' },
          ),
        ],
        annotations: [
          {
            kind: 'AnnotationQuery',
            spec: {
              name: 'Deploys',
              enable: true,
              hide: false,
              iconColor: 'red',
              query: { kind: 'DataQuery', group: 'prometheus', spec: { expr: 'changes(x[1m])' } },
            },
          },
        ],
      }),
    );
    expect(
      read.variables.map(({ type, query, source, hide, filters }) => ({
        type,
        query,
        source,
        hide,
        filters,
      })),
    ).toEqual([
      { type: 'query', query: 'label_values(up, job)', source: 'prometheus', hide: 0, filters: [] },
      { type: 'custom', query: 'on,off', source: 'prometheus', hide: 0, filters: [] },
      { type: 'datasource', query: 'loki', source: 'prometheus', hide: 2, filters: [] },
      { type: 'adhoc', query: undefined, source: 'loki', hide: 0, filters: ['a|=|b'] },
    ]);
    expect(read.variables[0]).toMatchObject({ sort: 2, refresh: 2, multi: true });
    expect(read.annotations).toMatchObject([
      { name: 'Deploys', enabled: true, source: 'prometheus', raw: { expr: 'changes(x[1m])' } },
    ]);
  });

  it('reads the older form of it, where the kind is the type, and the spec alone', () => {
    const older = {
      title: 'Older',
      elements: {
        one: {
          kind: 'Panel',
          spec: {
            id: 1,
            data: {
              spec: {
                queries: [{ spec: { refId: 'A', query: { kind: 'loki', spec: { expr: '{a="b"}' } } } }],
                transformations: [{ kind: 'limit', spec: { id: 'limit', options: {} } }],
              },
            },
            vizConfig: { kind: 'logs', spec: { options: {} } },
          },
        },
      },
      layout: { kind: 'GridLayout', spec: { items: [item('one', {})] } },
    };
    expect(readDashboard(older).panels).toMatchObject([
      {
        type: 'logs',
        transformations: [{ id: 'limit' }],
        targets: [{ source: 'loki', raw: { expr: '{a="b"}' } }],
      },
    ]);
  });
});

describe('readDashboard of layouts and variables of the second schema', () => {
  const elements = { a: element(1, 'stat', 'up'), b: element(2, 'stat', 'up') };
  const of = (layout: object, variables: readonly object[] = []) =>
    readDashboard({
      apiVersion: 'dashboard.grafana.app/v2',
      kind: 'Dashboard',
      metadata: { name: 'x' },
      spec: { title: 'T', elements, layout, variables },
    });
  const placed = (name: string): object => ({ spec: { element: { kind: 'ElementReference', name } } });

  it.each([
    [{ maxColumnCount: 2, rowHeightMode: 'custom', rowHeight: 100 }, [0, 12], 3],
    [{ maxColumnCount: 0 }, [0, 0], 9],
    [{ maxColumnCount: 1, rowHeightMode: 'odd' }, [0, 0], 9],
    [{ rowHeightMode: 'custom' }, [0, 8], 9],
  ])('places the panels of an automatic grid with %j', (spec, columns, height) => {
    const { panels } = of({ kind: 'AutoGridLayout', spec: { ...spec, items: [placed('a'), placed('b')] } });
    expect(panels.map(({ place }) => place.x)).toEqual(columns);
    expect(Math.abs((panels[0]?.place.h ?? 0) - height)).toBeLessThanOrEqual(2);
  });

  it('has no panels in a layout that nobody knows, or that is too deep', () => {
    expect(of({ kind: 'OddLayout' }).panels).toEqual([]);
    let deep: object = { kind: 'GridLayout', spec: { items: [placed('a')] } };
    for (let depth = 0; depth < 40; depth++)
      deep = { kind: 'RowsLayout', spec: { rows: [{ spec: { title: 'row', layout: deep } }] } };
    expect(JSON.stringify(of(deep).panels)).not.toContain('Panel 1');
  });

  it('opens the first of several tabs alone', () => {
    const tab = (title: string, name: string): object => ({
      spec: { title, layout: { kind: 'GridLayout', spec: { items: [placed(name)] } } },
    });
    const { panels } = of({ kind: 'TabsLayout', spec: { tabs: [tab('One', 'a'), tab('Two', 'b')] } });
    expect(panels.filter(({ type }) => type === 'row').map(({ collapsed }) => collapsed)).toEqual([
      false,
      true,
    ]);
  });

  it.each([
    [
      { kind: 'DatasourceVariable', spec: { name: 'v', pluginId: 'loki' } },
      { type: 'datasource', query: 'loki' },
    ],
    [{ kind: 'SwitchVariable', spec: { name: 'v', enabledValue: 'on' } }, { query: 'on,false' }],
    [{ kind: 'GroupByVariable', group: 'loki', spec: { name: 'v' } }, { source: 'loki' }],
    [{ kind: 'OddVariable', spec: { name: 'v' } }, { type: 'OddVariable' }],
    [
      { kind: 'QueryVariable', spec: { name: 'v', query: { group: 'loki', spec: { label: 'level' } } } },
      { source: 'loki', query: { label: 'level' } },
    ],
    [
      {
        kind: 'QueryVariable',
        spec: { name: 'v', query: { spec: { __legacyStringValue: 'label_values(job)' } } },
      },
      { query: 'label_values(job)' },
    ],
  ])('reads the variable %j', (variable, expected) => {
    expect(of({ kind: 'GridLayout' }, [variable]).variables).toMatchObject([expected]);
  });
});
