import { ownLabel } from '@sightline/query';
import { isStaleMarker } from '@sightline/query/promql';
import type { Route } from '../server/route.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { asText } from './query-errors.ts';
import { type ExposedNames, exposedNames } from './exposed-names.ts';
import { selectorsOf } from './selectors.ts';

/** How old a sample may be to be shown. Source: Prometheus's lookback. */
const LOOKBACK_MS = 300_000;

/** Said of a series without one, so that whoever scrapes this does not take the address of this stack for it. */
const NO_INSTANCE = { instance: '' };

interface Line {
  readonly name: string;
  /** `up{job="shop"}` */
  readonly series: string;
  readonly value: number;
  readonly timeMs: number;
}

/**
 * The newest sample of each series that fits, in the text format, for a Prometheus that scrapes this stack.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/federation/
 */
export function federateRoute({ series, metadata }: MetricStores, now: () => number): Route {
  async function newest(
    lists: ReturnType<typeof selectorsOf>,
    names: ExposedNames,
    signal: AbortSignal,
  ): Promise<readonly Line[]> {
    const range = { fromMs: now() - LOOKBACK_MS, toMs: now() };
    const lines = new Map<string, Line>();
    for (const matchers of lists) {
      // oxlint-disable-next-line no-await-in-loop -- a series that two selectors choose is shown once
      for await (const { labels, timesMs, values, histograms } of series.select(matchers, range, signal)) {
        const last = values.length - 1;
        if (histograms?.[last] !== undefined || isStaleMarker(values, last)) continue;
        const name = ownLabel(labels, '__name__');
        if (name === '') continue;
        const shown = names.series(
          ownLabel(labels, 'instance') === '' ? { ...labels, ...NO_INSTANCE } : labels,
        );
        lines.set(shown, { name, series: shown, value: values[last]!, timeMs: timesMs[last]! });
      }
    }
    return [...lines.values()].toSorted((one, other) =>
      one.name < other.name ? -1 : one.name > other.name ? 1 : 0,
    );
  }

  return {
    methods: ['GET'],
    path: '/federate',
    handle: (call) =>
      asText(async () => {
        const names = exposedNames(call.request.headers.accept ?? '');
        const lines = await newest(selectorsOf(call), names, call.signal);
        const types = metadata.all();
        let name = '';
        const text = lines.map((line) => {
          const head =
            line.name === name
              ? ''
              : `# TYPE ${names.metric(line.name)} ${exposedType(types.get(line.name)?.type)}\n`;
          name = line.name;
          return `${head}${line.series} ${numberText(line.value)} ${line.timeMs}\n`;
        });
        return {
          text: text.join(''),
          headers: {
            'content-type': `text/plain; version=0.0.4; charset=utf-8; escaping=${names.escaping}`,
          },
        };
      }),
  };
}

/** Series of a histogram or a summary stand alone here, so they are of no type. */
function exposedType(type: string | undefined): string {
  return type === 'counter' || type === 'gauge' ? type : 'untyped';
}

function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}
