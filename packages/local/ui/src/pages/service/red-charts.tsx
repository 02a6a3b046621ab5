import { useMemo } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { GraphAxis, GraphMark, GraphSeries } from '../../parts/chart/graph-series.ts';
import { Graph } from '../../parts/chart/graph.tsx';
import { duration, percent, shortNumber } from '../../parts/format.ts';
import { evidenceOf } from '../../parts/service-name.ts';
import { href } from '../../state/location.ts';
import { slowestOfEach } from './slowest-exemplars.ts';
import type { LoadedService } from './load-service.ts';

const HEIGHT = 140;
const EXEMPLARS = 24;
const axis = (format: (value: number) => string): readonly GraphAxis[] => [
  { key: 'y', side: 'left', format, softMin: 0 },
];
const RATE = axis((value) => `${shortNumber(value)}/s`);
const RATIO = axis(percent);
const SECONDS = axis(duration);
const QUANTILE_COLOURS: Readonly<Record<string, string>> = {
  p50: 'var(--muted)',
  p95: 'var(--info)',
  p99: 'var(--accent)',
};

/** Requests, errors and durations over time, with the starts of new instances as marks. */
export function RedCharts({ name, loaded }: { readonly name: string; readonly loaded: LoadedService }) {
  const { range, stepSeconds, rate, errorRatio, quantiles, queries } = loaded;
  const evidence = evidenceOf(name);
  const gapSeconds = stepSeconds * 1.5;
  const drawn = useMemo(() => {
    const one = (
      label: string,
      colour: string,
      series: (typeof rate)[number] | undefined,
    ): readonly GraphSeries[] =>
      series === undefined
        ? []
        : [{ name: label, times: series.times, values: series.values, colour, fillRatio: 0.1, gapSeconds }];
    return {
      rate: one('requests', 'var(--accent)', rate[0]),
      errors: one('errors', 'var(--bad)', errorRatio[0]),
      seconds: quantiles.map(([label, { times, values }]): GraphSeries => ({
        name: label,
        times,
        values,
        colour: QUANTILE_COLOURS[label] ?? 'var(--muted)',
        gapSeconds,
      })),
    };
  }, [loaded]);
  const marks = useMemo((): readonly GraphMark[] => startMarks(loaded), [loaded]);
  const points = useMemo(
    () =>
      slowestOfEach(loaded.exemplars, loaded.range, EXEMPLARS).map(({ labels, value, timeMs }) => ({
        timeMs,
        value,
        href: href(`/trace/${labels['trace_id']}`),
        label: `Trace of ${duration(value)}`,
        axis: 'y',
      })),
    [loaded],
  );
  if (rate.length === 0) {
    return (
      <p class="muted">
        It has answered no request in this time range, or measures none: rate, errors and duration come with
        @sightline/bootstrap, or from server spans.
      </p>
    );
  }
  const view = { startMs: range.startMs, endMs: range.endMs, height: HEIGHT, marks, syncKey: 'service' };
  return (
    <div class="service-charts">
      <Chart
        title="Requests"
        now={text(loaded.now.rate, (value) => `${shortNumber(value)}/s`)}
        to={href('/explore', { query: queries.rate })}
      >
        <Graph {...view} series={drawn.rate} axes={RATE} label="Requests a second over time" />
      </Chart>
      <Chart
        title={loaded.isMeasured ? 'Errors (5xx)' : 'Errors'}
        now={text(loaded.now.errorRatio, percent)}
        to={href('/traces', { query: evidence.failedTraces })}
      >
        <Graph {...view} series={drawn.errors} axes={RATIO} label="Share of failed requests over time" />
      </Chart>
      <Chart
        title="Duration, p99"
        now={text(loaded.now.p99, duration)}
        to={href('/explore', { query: [queries.p50, queries.p95, queries.p99] })}
      >
        <Graph
          {...view}
          series={drawn.seconds}
          axes={SECONDS}
          exemplars={points}
          label="Durations of requests over time: p50, p95, p99"
        />
      </Chart>
    </div>
  );
}

function text(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? '–' : format(value);
}

function startMarks({ runs, range }: LoadedService): readonly GraphMark[] {
  return runs
    .filter(({ firstSeenMs }) => firstSeenMs >= range.startMs && firstSeenMs <= range.endMs)
    .map(({ firstSeenMs, version, instance }) => ({
      startMs: firstSeenMs,
      endMs: firstSeenMs,
      title: `start${version === '' ? '' : ` of version ${version}`} (${instance.slice(0, 12)})`,
      colour: 'var(--info)',
    }));
}

interface ChartProps {
  readonly title: string;
  readonly now: string;
  readonly to: string;
  readonly children: ComponentChildren;
}

function Chart({ title, now, to, children }: ChartProps) {
  return (
    <section class="card service-chart">
      <h2>
        {title}{' '}
        <a href={to} class="service-now">
          {now}
        </a>
      </h2>
      {children}
    </section>
  );
}
