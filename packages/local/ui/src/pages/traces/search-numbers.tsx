import { useRef } from 'preact/hooks';
import { queryTraceMetrics } from '../../api/tempo.ts';
import { type Series, stepFor } from '../../api/prometheus.ts';
import { seriesColour } from '../../parts/chart/palette.ts';
import { type ChartSeries, TimeChart } from '../../parts/chart/time-chart.tsx';
import { duration, shortNumber } from '../../parts/format.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { queryOrAll } from './search-form.ts';

const POINTS = 60;
/** The server looks at every span of the range for them, so they come less often than the traces [ms]. */
const EVERY_MS = 15_000;
const HEIGHT_PX = 76;

const STATUS_COLOURS: Readonly<Record<string, string>> = {
  error: '--bad',
  ok: '--ok',
  unset: '--accent',
};

/** Rate, failures and duration of the spans that a search matches, from TraceQL's own metrics. */
export function SearchNumbers({ query }: { readonly query: string }) {
  const { startMs, endMs } = timeRange.value;
  const stepSeconds = stepFor(startMs, endMs, POINTS);
  const { from, to } = rangeText.value;
  const what = `numbers ${query} ${from} ${to}`;
  const part = Math.floor(endMs / EVERY_MS);
  const asked = useRef({ what, part });
  const isWaiting = useRef(false);
  // The next question waits for the answer to this one, however long that takes.
  if (asked.current.what !== what || !isWaiting.current) asked.current = { what, part };
  const { data, error, loading } = useQuery(
    `${what} ${asked.current.part}`,
    async (signal) => {
      const moments = { ...timeRange.peek(), stepSeconds };
      const [rates, durations] = await Promise.all([
        queryTraceMetrics({ query: `${queryOrAll(query)} | rate() by (status)`, ...moments }, signal),
        queryTraceMetrics(
          { query: `${queryOrAll(query)} | quantile_over_time(duration, .5, .95)`, ...moments },
          signal,
        ),
      ]);
      return { rates, durations };
    },
    { live: false },
  );
  isWaiting.current = loading;
  if (error !== undefined && data === undefined)
    return (
      <figure class="card">
        <figcaption>No numbers of this search</figcaption>
        <p class="muted search-no-numbers">{error.message}</p>
      </figure>
    );
  const isCounting = data === undefined;
  const rates = ratesOf(data?.rates ?? []);
  const durations = durationsOf(data?.durations ?? []);
  return (
    <div class="search-numbers">
      <figure class="card">
        <figcaption>
          Matching spans a second <Names series={rates} isCounting={isCounting} />
        </figcaption>
        <TimeChart
          label="Matching spans per second by status"
          height={HEIGHT_PX}
          startMs={startMs}
          endMs={endMs}
          series={rates}
          format={shortNumber}
        />
      </figure>
      <figure class="card">
        <figcaption>
          Their duration <Names series={durations} isCounting={isCounting} />
        </figcaption>
        <TimeChart
          label="Duration of matching spans, median and 95th percentile"
          height={HEIGHT_PX}
          startMs={startMs}
          endMs={endMs}
          series={durations}
          format={duration}
        />
      </figure>
    </div>
  );
}

function Names({
  series,
  isCounting,
}: {
  readonly series: readonly ChartSeries[];
  readonly isCounting: boolean;
}) {
  return (
    <span class="muted">
      {isCounting && '· counting…'}
      {series.map(({ name, colour }) => (
        <span key={name} class="search-number">
          <span class="service-dot" style={{ background: colour ?? '' }} />
          {name}
        </span>
      ))}
    </span>
  );
}

function ratesOf(series: readonly Series[]): readonly ChartSeries[] {
  return series
    .map(({ labels, times, values }) => {
      const status = labels['status'] ?? 'unset';
      return { name: status, times, values, colour: resolved(STATUS_COLOURS[status]) };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** A canvas knows no variables. */
function resolved(name = '--accent'): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

/** Where nothing was, Tempo says 0: that is no duration. */
function durationsOf(series: readonly Series[]): readonly ChartSeries[] {
  return series
    .toSorted((one, other) => Number(one.labels['p']) - Number(other.labels['p']))
    .map(({ labels, times, values }, index) => ({
      colour: seriesColour(index),
      name: `p${Number(labels['p']) * 100}`,
      times,
      values: values.map((value) => (value === 0 ? Number.NaN : value)),
    }));
}
