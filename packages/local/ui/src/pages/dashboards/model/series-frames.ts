import type { Labels } from '../../../api/prometheus.ts';
import type { Field, Frame } from './frame.ts';
import { legendName, seriesText } from './legend-name.ts';

/** One series as the APIs give it: times [s since 1970]. */
export interface GivenSeries {
  readonly labels: Labels;
  readonly times: readonly number[];
  readonly values: readonly number[];
}

const toMs = (seconds: number): number => Math.round(seconds * 1000);

/** A table a series: times, and values under the name that the legend gives. */
export function seriesFrames(
  series: readonly GivenSeries[],
  { refId, legend, expr }: { readonly refId: string; readonly legend: string; readonly expr: string },
): readonly Frame[] {
  return series.map(({ labels, times, values }) => {
    const named = legendName(legend, labels);
    // By itself: all labels, or the query where there are none.
    const automatic = legend === '' ? seriesText(labels) : undefined;
    const name =
      named ??
      (automatic === '{}' ? expr : automatic) ??
      (Object.keys(labels).length === 0 ? expr : undefined);
    return {
      refId,
      fields: [
        { name: 'Time', type: 'time', values: times.map(toMs) },
        {
          name: 'Value',
          type: 'number',
          values,
          labels,
          ...(name !== undefined && { nameFromSource: name }),
        },
      ],
    };
  });
}

/** All series of a query as one table with a column a label, as Grafana's format "table". */
export function tableFrame(series: readonly GivenSeries[], refId: string, isOnly: boolean): Frame {
  const labelNames = [...new Set(series.flatMap(({ labels }) => Object.keys(labels).toSorted()))];
  const rows = series.flatMap(({ labels, times, values }) =>
    times.map((time, index) => ({ labels, time: toMs(time), value: values[index] ?? null })),
  );
  const columns = labelNames.map((name): Field => ({
    name,
    type: 'string',
    values: rows.map(({ labels }) => labels[name] ?? ''),
  }));
  return {
    refId,
    fields: [
      { name: 'Time', type: 'time', values: rows.map(({ time }) => time) },
      ...columns,
      { name: isOnly ? 'Value' : `Value #${refId}`, type: 'number', values: rows.map(({ value }) => value) },
    ],
  };
}
