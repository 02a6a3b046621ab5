import { type MetricMetadata, labelNames, labelValues, metadata } from '../../api/prometheus.ts';
import { requestJson } from '../../api/request.ts';

const KEEP_MS = 30_000;
/** More are no list that anybody reads. */
const MAX_SERIES = 2000;

interface Kept {
  readonly answer: Promise<unknown>;
  readonly atMs: number;
}

const kept = new Map<string, Kept>();

/** Completion asks with every letter; the answers change slowly. */
function once<Data>(key: string, ask: () => Promise<Data>, otherwise: Data): Promise<Data> {
  const known = kept.get(key);
  if (known !== undefined && Date.now() - known.atMs < KEEP_MS) return known.answer as Promise<Data>;
  const answer = ask().catch(() => {
    kept.delete(key);
    return otherwise;
  });
  if (kept.size > 200) kept.clear();
  kept.set(key, { answer, atMs: Date.now() });
  return answer;
}

function selector(metric: string | undefined): readonly string[] {
  return metric === undefined || metric === '' ? [] : [`{__name__=${JSON.stringify(metric)}}`];
}

/** Names with their type and help. */
export function metricMetadata(): Promise<Readonly<Record<string, readonly MetricMetadata[]>>> {
  return once('metadata', () => metadata(), {});
}

export function metricNames(): Promise<readonly string[]> {
  return once('names', () => labelValues('__name__'), []);
}

/** What the editor asks, by the read APIs of this server and with its token. */
export const promqlClient = {
  labelNames: async (metric?: string): Promise<string[]> => [
    ...(await once(`labels ${metric}`, () => labelNames(selector(metric)), [])),
  ],
  labelValues: async (label: string, metric?: string): Promise<string[]> => [
    ...(await once(`values ${label} ${metric}`, () => labelValues(label, selector(metric)), [])),
  ],
  metricMetadata: async (): Promise<Record<string, MetricMetadata[]>> =>
    Object.fromEntries(Object.entries(await metricMetadata()).map(([name, each]) => [name, [...each]])),
  series: async (metric: string): Promise<Map<string, string>[]> => {
    interface Answer {
      readonly data: readonly Record<string, string>[];
    }
    const { data } = await once(
      `series ${metric}`,
      () => requestJson<Answer>('/api/v1/series', { 'match[]': selector(metric), limit: MAX_SERIES }),
      { data: [] },
    );
    return data.map((labels) => new Map(Object.entries(labels)));
  },
  metricNames: async (): Promise<string[]> => [...(await metricNames())],
  flags: async (): Promise<Record<string, string>> => ({}),
};
