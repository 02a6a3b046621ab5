import { useMemo } from 'preact/hooks';
import { queryLogRange } from '../../api/loki.ts';
import { stepFor } from '../../api/prometheus.ts';
import type { GraphAxis } from '../../parts/chart/graph-series.ts';
import { Graph } from '../../parts/chart/graph.tsx';
import { seriesColour } from '../../parts/chart/palette.ts';
import { shortNumber } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { visibleText } from '../../parts/visible-text.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';

const SHOWN = 20;
const AXES: readonly GraphAxis[] = [{ key: 'y', side: 'left', format: shortNumber, softMin: 0 }];

/** A query of numbers over lines, `sum by (…) (count_over_time(…))`, as a chart with the sums beside it. */
export function LogMetric({ query }: { readonly query: string }) {
  const { startMs, endMs } = timeRange.value;
  const { from, to } = rangeText.value;
  const { data, error } = useQuery(`${query} ${from} ${to}`, async (signal) => {
    const stepSeconds = stepFor(startMs, endMs, 120);
    const found = await queryLogRange(query, { startMs, endMs, stepSeconds }, signal);
    const series = found.map(({ labels, times, values }) => ({
      name: nameOf(labels, found.length),
      times,
      values,
      last: values.at(-1) ?? Number.NaN,
      max: Math.max(...values),
    }));
    return {
      startMs,
      endMs,
      gapSeconds: stepSeconds * 1.5,
      series: series.toSorted((one, other) => other.max - one.max),
    };
  });
  const charted = useMemo(
    () =>
      data?.series.slice(0, SHOWN).map(({ name, times, values }, index) => ({
        name,
        times,
        values,
        colour: seriesColour(index),
        gapSeconds: data.gapSeconds,
      })) ?? [],
    [data],
  );
  if (error !== undefined) return <Problem what="The lines could not be counted" error={error} />;
  if (data === undefined)
    return (
      <p class="muted" aria-busy="true">
        Asking…
      </p>
    );
  if (data.series.length === 0) return <p class="muted">No line in this time range.</p>;
  return (
    <div class="stack">
      <div class="card log-metric">
        <Graph
          series={charted}
          axes={AXES}
          startMs={data.startMs}
          endMs={data.endMs}
          height={220}
          label={`The query over time, ${data.series.length} series`}
        />
      </div>
      <table class="card">
        <caption class="visually-hidden">Series, the highest first</caption>
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col" class="number">
              Last
            </th>
            <th scope="col" class="number">
              Highest
            </th>
          </tr>
        </thead>
        <tbody>
          {data.series.slice(0, SHOWN).map(({ name, last, max }, index) => (
            <tr key={name}>
              <td>
                <span
                  class="log-metric-mark"
                  style={{ background: seriesColour(index) }}
                  aria-hidden="true"
                />{' '}
                <bdi>{name}</bdi>
              </td>
              <td class="number">{shortNumber(last)}</td>
              <td class="number">{shortNumber(max)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data.series.length > SHOWN && (
        <p class="muted">
          The {SHOWN} highest of {data.series.length} series.
        </p>
      )}
    </div>
  );
}

function nameOf(labels: Readonly<Record<string, string>>, series: number): string {
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}=${value.slice(0, 120)}`)
    .join(', ');
  return visibleText(text === '' ? (series === 1 ? 'all' : '(none)') : text, { oneLine: true });
}
