import * as v1 from '@grafana/grafana-foundation-sdk/dashboard';
import type * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2';
import type { DashboardDefinition } from '../define-dashboard.ts';
import { dashboardJson } from './dashboard-json.ts';

/** A dashboard as Grafana's newer API has it. */
export interface DashboardResource {
  readonly apiVersion: 'dashboard.grafana.app/v2';
  readonly kind: 'Dashboard';
  readonly metadata: { readonly name: string };
  readonly spec: v2.Dashboard;
}

type Json = Readonly<Record<string, unknown>>;

/** Schema v1 as `dashboardJson` writes it: of what is read here, nothing is missing. */
type Written<Of, Key extends keyof Of> = Of & { readonly [Each in Key]-?: NonNullable<Of[Each]> };
type Panel = Written<v1.Panel, 'gridPos' | 'targets' | 'options' | 'fieldConfig'>;
type Source = Written<v1.Dashboard, 'panels' | 'tags' | 'links' | 'time' | 'refresh'>;

/**
 * A dashboard as schema v2 has it, which Grafana 12 has as a preview and Grafana 13 by default.
 *
 * It says the same as `dashboardJson`, from which it is made: elements by name, rows that hold a grid each.
 */
export function dashboardResource(definition: DashboardDefinition): DashboardResource {
  const source = dashboardJson(definition) as Source;
  const rows = rowsOf(source.panels as readonly (Panel | v1.RowPanel)[]);
  const panels = rows.flatMap((each) => each.panels);
  const spec = {
    title: definition.title,
    description: definition.description,
    tags: source.tags,
    editable: false,
    preload: false,
    liveNow: false,
    cursorSync: 'Crosshair',
    links: source.links,
    annotations: (source.annotations.list ?? []).map(annotation),
    variables: (source.templating.list ?? []).map(variable),
    elements: Object.fromEntries(panels.map((panel) => [elementName(panel), element(panel)])),
    layout: { kind: 'RowsLayout', spec: { rows: rows.map(row) } },
    timeSettings: {
      from: source.time.from,
      to: 'now',
      timezone: 'browser',
      autoRefresh: source.refresh,
      autoRefreshIntervals: ['10s', '30s', '1m', '5m', '15m', '30m', '1h'],
      hideTimepicker: false,
      fiscalYearStartMonth: 0,
    },
  };
  return {
    apiVersion: 'dashboard.grafana.app/v2',
    kind: 'Dashboard',
    metadata: { name: definition.uid },
    // What is computed from data is not narrowed to the enums of the schema.
    spec: spec as unknown as v2.Dashboard,
  };
}

interface RowOfPanels {
  readonly row: v1.RowPanel;
  readonly panels: readonly Panel[];
}

function rowsOf(list: readonly (Panel | v1.RowPanel)[]): readonly RowOfPanels[] {
  const rows: { row: v1.RowPanel; panels: Panel[] }[] = [];
  for (const each of list) {
    if (isRow(each)) rows.push({ row: each, panels: [...each.panels] as Panel[] });
    else rows.at(-1)?.panels.push(each);
  }
  return rows;
}

function isRow(panel: Panel | v1.RowPanel): panel is v1.RowPanel {
  return panel.type === 'row';
}

function elementName({ id }: Panel): string {
  return `panel-${id}`;
}

function row({ row: { title, collapsed }, panels }: RowOfPanels): Json {
  const top = Math.min(...panels.map(({ gridPos }) => gridPos.y));
  const items = panels.map((panel) => ({
    kind: 'GridLayoutItem',
    spec: {
      x: panel.gridPos.x,
      y: panel.gridPos.y - top,
      width: panel.gridPos.w,
      height: panel.gridPos.h,
      element: { kind: 'ElementReference', name: elementName(panel) },
    },
  }));
  return {
    kind: 'RowsLayoutRow',
    spec: { title, collapse: collapsed, layout: { kind: 'GridLayout', spec: { items } } },
  };
}

function element(panel: Panel): Json {
  const { id, title, description, links, targets, transformations, type, options, fieldConfig } = panel;
  return {
    kind: 'Panel',
    spec: {
      id,
      title,
      description,
      links: (links ?? []).map(({ title: text, url }) => ({ title: text, url })),
      data: {
        kind: 'QueryGroup',
        spec: {
          queries: targets.map((target) => panelQuery(target as unknown as Json)),
          transformations: (transformations ?? []).map(({ id: group, options: chosen }) => ({
            kind: 'Transformation',
            group,
            spec: { options: chosen as unknown },
          })),
          queryOptions: {},
        },
      },
      vizConfig: {
        kind: 'VizConfig',
        group: type,
        version: '',
        spec: {
          options: options as unknown,
          fieldConfig,
        },
      },
    },
  };
}

function panelQuery({ refId, datasource, ...query }: Json): Json {
  return {
    kind: 'PanelQuery',
    spec: { refId, hidden: false, query: dataQuery(datasource as v1.DataSourceRef, query) },
  };
}

/** A query to a data source, which goes by the name of its variable. */
function dataQuery(source: v1.DataSourceRef | undefined, spec: Json): Json {
  const datasource = source?.uid === undefined ? {} : { datasource: { name: source.uid } };
  return { kind: 'DataQuery', group: source?.type ?? '', version: 'v0', ...datasource, spec };
}

function annotation({ name, enable, iconColor, datasource, ...options }: v1.AnnotationQuery): Json {
  const { expr, step, ...legacyOptions } = options;
  return {
    kind: 'AnnotationQuery',
    spec: {
      name,
      enable,
      hide: false,
      iconColor,
      builtIn: false,
      query: dataQuery(datasource, { expr, step }),
      legacyOptions,
    },
  };
}

function variable(model: v1.VariableModel): Json {
  const base = {
    name: model.name,
    label: model.label,
    description: model.description,
    hide: 'dontHide',
    skipUrlSync: false,
    current: model.current ?? { text: '', value: '' },
  };
  if (model.type === v1.VariableType.Datasource) {
    return {
      kind: 'DatasourceVariable',
      spec: {
        ...base,
        pluginId: model.query,
        refresh: 'onDashboardLoad',
        regex: '',
        options: [],
        multi: false,
        includeAll: false,
        allowCustomValue: true,
      },
    };
  }
  if (model.type === v1.VariableType.Textbox) return { kind: 'TextVariable', spec: { ...base, query: '' } };
  const spec = typeof model.query === 'string' ? { query: model.query } : { ...model.query };
  return {
    kind: 'QueryVariable',
    spec: {
      ...base,
      refresh: 'onTimeRangeChanged',
      query: dataQuery(model.datasource, spec),
      definition: model.definition,
      regex: '',
      sort: 'alphabeticalAsc',
      options: [],
      multi: true,
      includeAll: true,
      allValue: model.allValue,
      allowCustomValue: true,
    },
  };
}
