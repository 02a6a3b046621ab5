import { useMemo, useState } from 'preact/hooks';
import { Graph } from '../../../parts/chart/graph.tsx';
import type { GraphExemplar } from '../../../parts/chart/graph-series.ts';
import { Legend, pickSeries } from '../../../parts/chart/legend.tsx';
import { isoMoment } from '../../../parts/units/moment-text.ts';
import { href } from '../../../state/location.ts';
import { linksOf } from '../model/data-links.ts';
import type { ResolvedField } from '../model/field-config.ts';
import { asNumber, asRecord, asText, asTexts, valueText } from '../model/json.ts';
import { calculationOf } from '../model/reduce.ts';
import { timeSeriesModel } from '../model/time-series.ts';
import { hrefOf } from './links.tsx';
import type { PanelView } from './panel-view.ts';

const LEGEND_ROW_PX = 19;
/** What the legend may take of a panel; it scrolls beyond. */
const LEGEND_SHARE = 0.42;

const COUNTS = new Set(['count', 'countAll', 'changeCount', 'distinctCount']);

/** A calculation in the unit of its series; how many there are is a number and no more. */
export function calculatedText(resolved: ResolvedField, id: string): string {
  const value = calculationOf(id)?.calculate(resolved.field.values) ?? null;
  if (COUNTS.has(id)) return valueText(value);
  if (id === 'diffperc' && typeof value === 'number') return `${value.toFixed(1)}%`;
  return resolved.show(value).text;
}

export function TimeSeriesPanel({ panel, data, fields, scope, marks, syncKey, width, height }: PanelView) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const model = useMemo(
    () => timeSeriesModel(fields, { stepMs: data.stepMs, hidden }),
    [fields, data, hidden],
  );
  const legend = asRecord(panel.options['legend']);
  const tooltip = asRecord(panel.options['tooltip']);
  const calcs = asTexts(legend['calcs']);
  const mode = asText(legend['displayMode'], 'list') === 'table' ? 'table' : 'list';
  const shown = model.fields.filter(({ custom }) => asRecord(custom['hideFrom'])['legend'] !== true);
  const hasLegend = legend['showLegend'] !== false && shown.length > 0;
  const isRight = legend['placement'] === 'right' && width > 500;
  const names = model.fields.map(({ name }) => name);
  const exemplars = useMemo(() => exemplarsOf(data.exemplars, model.axes[0]?.key ?? ''), [data, model]);
  const wantedPx =
    mode === 'table'
      ? (shown.length + 1) * LEGEND_ROW_PX
      : LEGEND_ROW_PX * Math.ceil((shown.length * 130) / width);
  const legendPx = hasLegend && !isRight ? Math.min(wantedPx + 4, Math.round(height * LEGEND_SHARE)) : 0;
  const sortBy = asText(legend['sortBy']);
  const items = useMemo(() => {
    const all = shown.map((resolved) => ({
      resolved,
      item: {
        name: resolved.name,
        colour: resolved.colour,
        hidden: hidden.has(resolved.name),
        values: calcs.map((id) => calculatedText(resolved, id)),
        more: linksOf(resolved, Math.max(0, resolved.field.values.length - 1), fields, scope).map((link) => ({
          title: link.title,
          href: hrefOf(link.target),
        })),
      },
    }));
    const by = calcs.find((id) => calculationOf(id)?.name === sortBy);
    if (by === undefined) return all.map(({ item }) => item);
    const down = legend['sortDesc'] === true ? -1 : 1;
    const valueOf = (each: (typeof all)[number]): number =>
      asNumber(calculationOf(by)?.calculate(each.resolved.field.values)) ?? 0;
    return all.toSorted((one, other) => down * (valueOf(one) - valueOf(other))).map(({ item }) => item);
  }, [model, hidden, fields, scope]);

  return (
    <div class={isRight ? 'panel-graph panel-graph-right' : 'panel-graph'}>
      <Graph
        series={model.series}
        axes={model.axes}
        thresholds={model.thresholds}
        marks={marks}
        exemplars={exemplars}
        startMs={data.startMs}
        endMs={data.endMs}
        height={Math.max(60, height - legendPx)}
        label={`${panel.title}: ${names.slice(0, 20).join(', ')}`}
        tooltip={tooltip['mode'] === 'none' ? 'none' : tooltip['mode'] === 'multi' ? 'all' : 'one'}
        sort={tooltip['sort'] === 'asc' ? 'asc' : tooltip['sort'] === 'desc' ? 'desc' : 'none'}
        {...(syncKey !== undefined && { syncKey })}
      />
      {hasLegend && (
        // A box that scrolls has to be reachable by the keyboard.
        <div
          class="panel-legend"
          tabIndex={0}
          role="group"
          aria-label="Legend"
          style={isRight ? {} : { height: `${legendPx}px` }}
        >
          <Legend
            items={items}
            columns={calcs.map((id) => calculationOf(id)?.name ?? id)}
            mode={mode}
            onPick={(name, add) => setHidden(pickSeries(hidden, names, name, add))}
          />
        </div>
      )}
    </div>
  );
}

/** Those that name a trace; without one there is nowhere to go. */
function exemplarsOf(exemplars: PanelView['data']['exemplars'], axis: string): readonly GraphExemplar[] {
  return exemplars.flatMap(({ labels, value, timeMs }) => {
    const id = labels['trace_id'] ?? labels['traceID'] ?? labels['traceId'] ?? labels['trace:id'];
    if (id === undefined || !/^[\da-f]{16,32}$/i.test(id) || !Number.isFinite(value)) return [];
    const span = labels['span_id'] ?? labels['spanID'];
    return [
      {
        timeMs,
        value,
        axis,
        href: href(`/trace/${id}`, span !== undefined && /^[\da-f]{16}$/i.test(span) ? { span } : {}),
        label: `Trace ${id.slice(0, 8)}…, ${isoMoment(timeMs)}`,
      },
    ];
  });
}
