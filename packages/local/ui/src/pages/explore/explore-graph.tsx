import { useMemo, useState } from 'preact/hooks';
import { type Exemplar, exemplars } from '../../api/prometheus.ts';
import { Graph } from '../../parts/chart/graph.tsx';
import type { GraphAxis, GraphSeries } from '../../parts/chart/graph-series.ts';
import { Legend, pickSeries } from '../../parts/chart/legend.tsx';
import { seriesColour } from '../../parts/chart/palette.ts';
import { shortNumber } from '../../parts/format.ts';
import { formatUnit } from '../../parts/units/format-unit.ts';
import { isoMoment } from '../../parts/units/moment-text.ts';
import { WiderRange } from '../../parts/wider-range.tsx';
import { href } from '../../state/location.ts';
import { rangeText } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import type { FoundSeries } from './ask-metrics.ts';
import { seriesName } from './series-name.ts';

interface ExploreGraphProps {
  readonly found: readonly FoundSeries[];
  readonly queries: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly stepSeconds: number;
}

const GRAPH_PX = 340;

/** The series of all queries, with their last values below. */
export function ExploreGraph({ found, queries, startMs, endMs, stepSeconds }: ExploreGraphProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hasExemplars, setExemplars] = useState(true);
  const series = useMemo(
    () =>
      found
        .flatMap(({ series: own }, place) => own.map((each) => ({ each, place })))
        .map(({ each: { labels, times, values }, place }, index): GraphSeries => {
          const name = seriesName(labels, queries[place] ?? '', found.length > 1 ? place : undefined);
          const look = {
            colour: seriesColour(index),
            gapSeconds: stepSeconds * 1.5,
            hidden: hidden.has(name),
          };
          return Object.assign({ name, times, values }, look);
        }),
    [found, queries, hidden, stepSeconds],
  );
  const unit = unitOf(queries);
  const axis = unit ?? 'y';
  const points = useExemplars(hasExemplars ? queries : [], startMs, endMs);
  const low = points.reduce((least, { value }) => Math.min(least, value), Infinity);
  const high = points.reduce((most, { value }) => Math.max(most, value), -Infinity);
  const axes = useMemo(
    (): readonly GraphAxis[] => [
      {
        key: axis,
        side: 'left',
        // Requests with traces are the point of asking for them, so that the axis reaches to each.
        ...(points.length > 0 && { softMin: low, softMax: high }),
        format: (value, decimals) =>
          unit === undefined ? numberText(value, decimals) : formatUnit(unit, value, decimals),
      },
    ],
    [unit, axis, low, high, points.length > 0],
  );
  const names = series.map(({ name }) => name);
  const total = found.reduce((sum, each) => sum + each.total, 0);
  const format = axes[0]?.format ?? shortNumber;
  if (series.length === 0)
    return (
      <>
        <p class="muted">Nothing was found in these minutes.</p>
        <WiderRange />
      </>
    );
  return (
    <div class="stack">
      <div class="row muted">
        <span>
          {total > series.length
            ? `Showing ${series.length} of ${total} series, a point every ${stepSeconds} s. Narrow the query, or use topk(), to see others.`
            : `${total} series, a point every ${stepSeconds} s`}
        </span>
        <span class="grow" />
        <label>
          <input type="checkbox" checked={hasExemplars} onChange={() => setExemplars(!hasExemplars)} />{' '}
          Exemplars ({points.length})
        </label>
      </div>
      <Graph
        series={series}
        axes={axes}
        exemplars={points.map(({ labels, value, timeMs }) => ({
          timeMs,
          value,
          axis,
          href: href(`/trace/${labels['trace_id'] ?? labels['traceID'] ?? ''}`),
          label: `Trace ${(labels['trace_id'] ?? labels['traceID'] ?? '').slice(0, 8)}…, ${format(value)}, ${isoMoment(timeMs)}`,
        }))}
        startMs={startMs}
        endMs={endMs}
        height={GRAPH_PX}
        label={`Graph of ${queries.join(', ')}`}
      />
      <Legend
        mode="table"
        columns={['Last']}
        items={series.map(({ name, colour, values, hidden: isHidden = false }) => ({
          name,
          colour,
          hidden: isHidden,
          values: [format(values.findLast((value) => typeof value === 'number') ?? Number.NaN)],
        }))}
        onPick={(name, add) => setHidden(pickSeries(hidden, names, name, add))}
      />
    </div>
  );
}

function numberText(value: number, decimals?: number): string {
  return decimals === undefined ? shortNumber(value) : formatUnit('short', value, decimals);
}

/** What the names of metrics say of it, as far as the query leaves it as it is. */
function unitOf(queries: readonly string[]): string | undefined {
  const units = queries.map((query) => {
    // A bucket counts; what is made of all of them is a duration.
    const isOfBuckets = /_seconds_bucket\b/.test(query) && /\bhistogram_quantile\s*\(/.test(query);
    if (isOfBuckets || (/_seconds\b/.test(query) && !/_(?:count|total|bucket)\b/.test(query))) return 's';
    if (/_ratio\b/.test(query)) return 'percentunit';
    if (/_bytes\b/.test(query) && !/\b(?:rate|irate)\(/.test(query)) return 'bytes';
    return undefined;
  });
  const [first] = units;
  return units.every((unit) => unit === first) ? first : undefined;
}

const NONE: readonly Exemplar[] = [];

function useExemplars(queries: readonly string[], startMs: number, endMs: number): readonly Exemplar[] {
  const wanted = queries.filter((query) => /_bucket\b|_total\b|_count\b/.test(query));
  const { from, to } = rangeText.value;
  const { data } = useQuery(
    wanted.length === 0 ? undefined : JSON.stringify([wanted, from, to]),
    async (signal) => {
      const found = await Promise.all(
        wanted.map((query) => exemplars(query, { startMs, endMs }, signal).catch(() => NONE)),
      );
      return found.flat().filter(({ labels, value }) => {
        const id = labels['trace_id'] ?? labels['traceID'];
        return id !== undefined && /^[\da-f]{16,32}$/i.test(id) && Number.isFinite(value);
      });
    },
  );
  return data ?? NONE;
}
