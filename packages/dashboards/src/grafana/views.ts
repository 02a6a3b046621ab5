import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import * as logs from '@grafana/grafana-foundation-sdk/logs';
import * as nodegraph from '@grafana/grafana-foundation-sdk/nodegraph';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline';
import * as table from '@grafana/grafana-foundation-sdk/table';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Panel, View } from '../panels/panel.ts';

/** What the builders of all kinds of panels have in common. */
export interface PanelBuilder extends cog.Builder<dashboard.Panel> {
  id(id: number): this;
  title(title: string): this;
  description(description: string): this;
  datasource(datasource: common.DataSourceRef): this;
  gridPos(gridPos: dashboard.GridPos): this;
  links(links: cog.Builder<dashboard.DashboardLink>[]): this;
  withTarget(target: cog.Builder<cog.Dataquery>): this;
  withTransformation(transformation: dashboard.DataTransformerConfig): this;
  unit(unit: string): this;
  decimals(decimals: number): this;
  min(min: number): this;
  max(max: number): this;
  mappings(mappings: dashboard.ValueMapping[]): this;
  thresholds(thresholds: cog.Builder<dashboard.ThresholdsConfig>): this;
  colorScheme(color: cog.Builder<dashboard.FieldColor>): this;
  dataLinks(links: cog.Builder<dashboard.DashboardLink>[]): this;
  noValue(noValue: string): this;
  overrideByName(name: string, properties: dashboard.DynamicConfigValue[]): this;
  overrideByRegexp(regexp: string, properties: dashboard.DynamicConfigValue[]): this;
}

const builders: Readonly<Record<View, (panel: Panel) => PanelBuilder>> = {
  timeseries: timeSeries,
  stat: () =>
    new stat.PanelBuilder()
      .reduceOptions(lastValue())
      .graphMode(common.BigValueGraphMode.Area)
      .colorMode(common.BigValueColorMode.Value),
  table: () => new table.PanelBuilder().filterable(true).cellHeight(common.TableCellHeight.Sm),
  heatmap: ({ unit, cellUnit = 'ops' }) =>
    new heatmap.PanelBuilder()
      .calculate(false)
      .showValue(common.VisibilityMode.Never)
      // The unit of the fields is that of the counts, were it not for these two.
      .yAxis(new heatmap.YAxisConfigBuilder().axisPlacement(common.AxisPlacement.Left).unit(unit))
      .cellValues(new heatmap.CellValuesBuilder().unit(cellUnit)),
  'state-timeline': () =>
    new statetimeline.PanelBuilder()
      .mergeValues(true)
      .showValue(common.VisibilityMode.Auto)
      .legend(legend([])),
  'bar-gauge': () =>
    new bargauge.PanelBuilder()
      // Bars begin at nothing, so that their lengths compare.
      .min(0)
      .reduceOptions(lastValue())
      .orientation(common.VizOrientation.Horizontal)
      .displayMode(common.BarGaugeDisplayMode.Basic),
  logs: () =>
    new logs.PanelBuilder()
      .showTime(true)
      .wrapLogMessage(true)
      .prettifyLogMessage(false)
      .enableLogDetails(true)
      .showLogContextToggle(true)
      .sortOrder(common.LogsSortOrder.Descending),
  'node-graph': () => new nodegraph.PanelBuilder(),
};

/** The builder of the Foundation SDK for a panel, with everything that its kind of view needs. */
export function viewBuilder(panel: Panel): PanelBuilder {
  return builders[panel.view](panel);
}

function timeSeries({ thresholds, stacked }: Panel): PanelBuilder {
  const builder = new timeseries.PanelBuilder()
    .legend(legend(['mean', 'max', 'lastNotNull']))
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        // oxlint-disable-next-line unicorn/no-array-sort -- it is a builder, not a list
        .sort(common.SortOrder.Descending),
    )
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 8)
    .showPoints(common.VisibilityMode.Auto)
    .axisSoftMin(0);
  if (stacked) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  if (thresholds) {
    builder.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  }
  return builder;
}

function legend(calcs: readonly string[]): common.VizLegendOptionsBuilder {
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .placement(common.LegendPlacement.Bottom)
    .displayMode(calcs.length > 0 ? common.LegendDisplayMode.Table : common.LegendDisplayMode.List)
    .calcs([...calcs]);
}

function lastValue(): common.ReduceDataOptionsBuilder {
  return new common.ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']).fields('');
}
