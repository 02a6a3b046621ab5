import {
  type DashboardLink,
  type DynamicConfigValue,
  type Panel as GrafanaPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { toAlert } from '../links.ts';
import type { Panel, PanelLink, PromQuery } from '../panels/panel.ts';
import { dataSourceRef } from '../variables.ts';
import { colorOf, mappingsOf, thresholdsBuilder, thresholdSteps } from './field-config.ts';
import type { PlacedPanel } from './layout.ts';
import { dataSourceOf, refId, targetOf } from './queries.ts';
import { type PanelBuilder, viewBuilder } from './views.ts';

/** A panel as schema v1 has it. */
export function grafanaPanel(
  { id, panel, place }: PlacedPanel,
  runbookBaseUrl: string | undefined,
): GrafanaPanel {
  const [first] = panel.queries;
  const builder = viewBuilder(panel)
    .id(id)
    .title(panel.title)
    .description(`${panel.description}\n\nNo data? ${panel.noData}`)
    .gridPos({ ...place })
    .datasource(dataSourceRef(first === undefined ? 'prometheus' : dataSourceOf(first)));
  for (const [index, query] of panel.queries.entries()) builder.withTarget(targetOf(panel, query, index));
  const links = [
    ...(panel.links ?? []),
    ...(panel.alerts ?? []).map((alert) => toAlert(alert, runbookBaseUrl)),
  ];
  if (panel.view !== 'logs' && panel.view !== 'node-graph') setFields(builder, panel);
  if (panel.view === 'table') setColumns(builder, panel);
  const built = builder.build();
  if (links.length > 0) built.links = links.map(plainLink);
  if (built.fieldConfig && panel.valueLinks)
    built.fieldConfig.defaults.links = panel.valueLinks.map(plainLink);
  return built;
}

/** A link of a panel or a value has a title and an address, nothing of what a link of a dashboard has besides. */
function plainLink({ title, url }: PanelLink): DashboardLink {
  return { title, url, targetBlank: false } as DashboardLink;
}

function setFields(builder: PanelBuilder, panel: Panel): void {
  builder.unit(panel.unit).noValue(panel.noData).colorScheme(colorOf(panel));
  builder.thresholds(thresholdsBuilder(panel.thresholds ?? []));
  if (panel.valueTexts !== undefined) builder.mappings(mappingsOf(panel.valueTexts));
  if (panel.max !== undefined) builder.min(0).max(panel.max);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
}

/** The numbers of several queries side by side, a row for each set of labels. */
function setColumns(builder: PanelBuilder, panel: Panel): void {
  const columns = panel.queries.filter((query): query is PromQuery => query.language === 'promql');
  if (panel.queries.some(({ language }) => language === 'logql')) {
    // Loki gives a frame for each set of labels; here each becomes a row.
    builder.withTransformation({ id: 'labelsToFields', options: { mode: 'columns' } });
    builder.withTransformation({ id: 'merge', options: {} });
  }
  if (columns.length === 0) return;
  const renamed: Record<string, string> = { ...panel.columns };
  // With one query Grafana calls its numbers `Value`, with several `Value #A`, `Value #B`, …
  const valueName = (index: number): string => (columns.length === 1 ? 'Value' : `Value #${refId(index)}`);
  for (const [index, { legend }] of columns.entries()) renamed[valueName(index)] = legend ?? 'Value';
  builder.withTransformation({ id: 'merge', options: {} });
  const order = Object.keys(renamed);
  // Labels that are not asked for would tell rows apart that look the same.
  builder.withTransformation({ id: 'filterFieldsByName', options: { include: { names: order } } });
  builder.withTransformation({
    id: 'organize',
    options: {
      renameByName: renamed,
      indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
    },
  });
  if (panel.sortBy !== undefined) {
    builder.withTransformation({ id: 'sortBy', options: { sort: [{ field: panel.sortBy, desc: true }] } });
  }
  for (const { legend, unit, thresholds } of columns) {
    const properties: DynamicConfigValue[] = [];
    if (unit !== undefined) properties.push({ id: 'unit', value: unit });
    if (thresholds !== undefined) {
      properties.push({ id: 'thresholds', value: { mode: 'absolute', steps: thresholdSteps(thresholds) } });
      properties.push({ id: 'custom.cellOptions', value: { type: 'color-text' } });
      properties.push({ id: 'color', value: { mode: 'thresholds' } });
    }
    if (properties.length > 0) builder.overrideByName(legend ?? 'Value', properties);
  }
}
