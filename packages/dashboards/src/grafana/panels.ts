import type { DashboardLink, Panel as GrafanaPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { toAlert } from '../links.ts';
import type { Panel, PanelLink } from '../panels/panel.ts';
import { dataSourceRef } from '../variables.ts';
import { setColumns } from './columns.ts';
import { colorOf, mappingsOf, thresholdsBuilder } from './field-config.ts';
import type { PlacedPanel } from './layout.ts';
import { dataSourceOf, targetOf } from './queries.ts';
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
  builder.noValue(panel.noData);
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
  builder.unit(panel.unit).colorScheme(colorOf(panel));
  builder.thresholds(thresholdsBuilder(panel.thresholds ?? []));
  if (panel.valueTexts !== undefined) builder.mappings(mappingsOf(panel.valueTexts));
  if (panel.max !== undefined) builder.min(0).max(panel.max);
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  // What to switch on is for a panel that has nothing; one value that is missing is a dash.
  if (panel.view !== 'heatmap') builder.overrideByRegexp('/.*/', [{ id: 'noValue', value: '–' }]);
  if (panel.unlabelled !== undefined && panel.view !== 'table') {
    // A legend of which nothing is left is called so.
    builder.overrideByRegexp('/^Value$/', [{ id: 'displayName', value: panel.unlabelled }]);
  }
}
