import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardDefinition } from '../define-dashboard.ts';
import { firingAlerts, ofServers } from '../queries/alert-state.ts';
import { deploys } from '../queries/requests.ts';
import { serviceScope } from '../queries/scope.ts';
import { dataSourceRef } from '../variables.ts';
import { type PlacedRow, layOut } from './layout.ts';
import { grafanaPanel } from './panels.ts';
import { variableBuilder } from './variables.ts';

/** The tag that all of Sightline's dashboards have: they link to each other by it, and a push knows its own by it. */
export const SIGHTLINE_TAG = 'sightline';

/**
 * The schema of Grafana 11, which later ones migrate by themselves. The panels use no option that is newer.
 */
const SCHEMA_VERSION = 39;

/**
 * A dashboard as Grafana's schema v1 has it: for import by hand, by provisioning and by the API, in Grafana 11 to 13.
 *
 * @returns plain data, the same for the same definition
 */
export function dashboardJson(definition: DashboardDefinition): dashboard.Dashboard {
  const builder = new dashboard.DashboardBuilder(definition.title)
    .uid(definition.uid)
    .description(definition.description)
    .tags([...new Set([SIGHTLINE_TAG, ...definition.tags])])
    .readonly()
    .timezone('browser')
    .time({ from: `now-${definition.timeRange}`, to: 'now' })
    .refresh(definition.refresh === 'off' ? '' : definition.refresh)
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .links([siblings()]);
  for (const variable of definition.variables) builder.withVariable(variableBuilder(variable));
  for (const each of annotations(definition)) builder.annotation(each);
  const built = builder.build();
  built.id = null;
  built.schemaVersion = SCHEMA_VERSION;
  built.panels = layOut(definition.rows).flatMap((row) => rowPanels(row, definition.runbookBaseUrl));
  // Grafana 11 knows no menu of controls; where there is one, what stands in it is not seen.
  for (const link of built.links ?? []) delete link.placement;
  for (const each of built.annotations.list ?? []) delete each.placement;
  return JSON.parse(JSON.stringify(built)) as dashboard.Dashboard;
}

/** A row as Grafana has it: an open one stands before its panels, a closed one holds them. */
function rowPanels(
  placed: PlacedRow,
  runbookBaseUrl: string | undefined,
): (dashboard.Panel | dashboard.RowPanel)[] {
  const panels = placed.panels.map((panel) => grafanaPanel(panel, runbookBaseUrl));
  const closed = placed.row.closed === true;
  const row: dashboard.RowPanel = {
    type: 'row',
    id: placed.id,
    title: placed.row.title,
    collapsed: closed,
    gridPos: { ...placed.place },
    panels: closed ? panels : [],
  };
  return closed ? [row] : [row, ...panels];
}

function siblings(): dashboard.DashboardLinkBuilder {
  return new dashboard.DashboardLinkBuilder('Sightline')
    .type(dashboard.DashboardLinkType.Dashboards)
    .tags([SIGHTLINE_TAG])
    .icon('external link')
    .tooltip('The other dashboards, for what is chosen here and the same time')
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}

/** Firing alerts and deploys, as lines through every panel of a dashboard about services. */
function annotations({ variables }: DashboardDefinition): readonly dashboard.AnnotationQueryBuilder[] {
  const names = new Set(variables.map(({ name }) => name));
  if (!names.has('prometheus_datasource') || !names.has('service')) return [];
  const hasEnvironment = names.has('environment');
  const alerts = annotation('Alerts', 'red', hasEnvironment ? firingAlerts() : firingAlerts(ofServers))
    .titleFormat('{{alertname}}')
    .textFormat('{{severity}} · {{job}}')
    .tagKeys('severity');
  if (!hasEnvironment) return [alerts];
  const released = annotation('Deploys', 'blue', deploys(serviceScope))
    .titleFormat('{{job}} {{service_version}}')
    .textFormat('deployed');
  return [alerts, released];
}

function annotation(name: string, color: string, expr: string): dashboard.AnnotationQueryBuilder {
  return new dashboard.AnnotationQueryBuilder()
    .name(name)
    .datasource(dataSourceRef('prometheus'))
    .enable(true)
    .iconColor(color)
    .expr(expr)
    .step('60s');
}
