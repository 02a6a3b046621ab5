import { useMemo } from 'preact/hooks';
import type { PanelData } from '../data/panel-data.ts';
import { resolveFields } from '../model/field-config.ts';
import { transformFrames } from '../model/transform.ts';
import { BarGaugePanel } from './bar-gauge-panel.tsx';
import { GaugePanel } from './gauge-panel.tsx';
import { HeatmapPanel } from './heatmap-panel.tsx';
import { LogsPanel } from './logs-panel.tsx';
import { NodeGraphPanel } from './node-graph-panel.tsx';
import type { PanelView } from './panel-view.ts';
import { StatPanel } from './stat-panel.tsx';
import { StateTimelinePanel } from './state-timeline-panel.tsx';
import { TablePanel } from './table-panel.tsx';
import { TimeSeriesPanel } from './time-series-panel.tsx';

type Body = (view: PanelView) => preact.JSX.Element;

const bodies: Readonly<Record<string, Body>> = {
  timeseries: TimeSeriesPanel,
  // What Grafana itself turns into time series when it opens an old dashboard.
  graph: TimeSeriesPanel,
  stat: StatPanel,
  singlestat: StatPanel,
  gauge: GaugePanel,
  bargauge: BarGaugePanel,
  table: TablePanel,
  'table-old': TablePanel,
  logs: LogsPanel,
  heatmap: HeatmapPanel,
  'state-timeline': StateTimelinePanel,
  'status-history': StateTimelinePanel,
};

/** Whether a panel of this type can be drawn. */
export function isKnownType(type: string): boolean {
  return type in bodies || type === 'nodeGraph' || type === 'text' || type === 'row';
}

interface PanelBodyProps extends Omit<PanelView, 'fields'> {
  /** As a table, whatever it is. */
  readonly asTable: boolean;
}

/** What a panel shows of what was found; in words where there is nothing. */
export function PanelBody({ asTable, ...view }: PanelBodyProps) {
  const { panel, data } = view;
  const { fields, problem } = useMemo(() => fieldsOf(panel, data), [panel, data]);
  if (problem !== undefined)
    return <p class="panel-note bad">{`This panel cannot be rendered: ${problem}`}</p>;
  if (panel.type === 'nodeGraph') {
    if (data.calls === undefined) return <NoData panel={panel} />;
    return <NodeGraphPanel title={panel.title} calls={data.calls} width={view.width} height={view.height} />;
  }
  const isEmpty =
    data.lines.length === 0 &&
    data.buckets.length === 0 &&
    !fields.some(({ field }) => field.type !== 'time' && field.values.length > 0);
  if (isEmpty) return <NoData panel={panel} />;
  const Body = asTable ? TablePanel : bodies[panel.type];
  return Body === undefined ? null : <Body {...view} fields={fields} />;
}

function fieldsOf(
  panel: PanelView['panel'],
  data: PanelData,
): { readonly fields: PanelView['fields']; readonly problem?: string } {
  try {
    return { fields: resolveFields(transformFrames(data.frames, panel.transformations), panel) };
  } catch (error) {
    return { fields: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

function NoData({ panel }: { readonly panel: PanelView['panel'] }) {
  const text = panel.defaults['noValue'];
  return <p class="panel-note muted">{typeof text === 'string' && text !== '' ? text : 'No data'}</p>;
}
