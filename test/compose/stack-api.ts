import type { NativeStack } from './native-stack.ts';

/** One series of an instant query: time [s] and value as text. */
interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** One line of Loki: its time [ns], its text, and its labels and structured metadata together. */
interface StoredLine {
  readonly labels: Readonly<Record<string, string>>;
  readonly timeNanoseconds: string;
  readonly text: string;
}

/** One span of Tempo, ids in hexadecimal. */
interface StoredSpan {
  readonly service: string;
  readonly name: string;
  readonly spanId: string;
}

/** What Grafana asks the servers for, and tests with it. */
export interface StackApi {
  query(promql: string): Promise<readonly Sample[]>;
  /** Trace ids of the newest exemplars of a metric. */
  exemplarTraces(promql: string): Promise<readonly string[]>;
  targets(): Promise<readonly { readonly labels: { readonly job: string }; readonly health: string }[]>;
  /** Rules of Prometheus, or of the ruler of Loki. */
  rules(server: 'prometheus' | 'loki'): Promise<readonly LoadedRule[]>;
  lines(logql: string): Promise<readonly StoredLine[]>;
  countLines(logql: string): Promise<number>;
  /** Nothing when Tempo does not know it. */
  trace(traceId: string): Promise<readonly StoredSpan[]>;
  search(traceql: string): Promise<readonly string[]>;
  /** Names of the alerts that Alertmanager has. */
  alerts(): Promise<readonly string[]>;
}

interface LoadedRule {
  readonly name: string;
  readonly type: string;
  readonly health: string;
  readonly lastError: string | undefined;
  /** How often its group is evaluated [s]. */
  readonly intervalSeconds: number;
}

const ANSWER_MS = 15_000;
/** How far back is looked [s]. */
const LOOK_BACK_SECONDS = 3600;

async function getJson<Body>(url: string): Promise<Body> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} of ${url}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as Body;
}

function range(): string {
  const end = Math.ceil(Date.now() / 1000);
  return `start=${end - LOOK_BACK_SECONDS}&end=${end}`;
}

export function stackApi({ urls }: Pick<NativeStack, 'urls'>): StackApi {
  const prometheus = async <Data>(path: string): Promise<Data> =>
    (await getJson<{ data: Data }>(`${urls.prometheus}/api/v1/${path}`)).data;
  const loki = async <Result>(path: string): Promise<Result> =>
    (await getJson<{ data: { result: Result } }>(`${urls.loki}/loki/api/v1/${path}`)).data.result;

  return {
    query: async (promql) =>
      (await prometheus<{ result: Sample[] }>(`query?query=${encodeURIComponent(promql)}`)).result,
    async exemplarTraces(promql) {
      const series = await prometheus<{ exemplars: { labels: Record<string, string> }[] }[]>(
        `query_exemplars?query=${encodeURIComponent(promql)}&${range()}`,
      );
      return series
        .flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels['trace_id'] ?? labels['traceID']))
        .filter((id) => id !== undefined)
        .toReversed();
    },
    targets: async () =>
      (await prometheus<{ activeTargets: { labels: { job: string }; health: string }[] }>('targets'))
        .activeTargets,
    async rules(server) {
      const url = server === 'loki' ? `${urls.loki}/prometheus` : urls.prometheus;
      const { data } = await getJson<{ data: { groups: { interval: number; rules: LoadedRule[] }[] } }>(
        `${url}/api/v1/rules`,
      );
      return data.groups.flatMap(({ interval, rules }) =>
        rules.map(({ name, type, health, lastError }) => ({
          name,
          type,
          health,
          lastError,
          intervalSeconds: interval,
        })),
      );
    },
    async lines(logql) {
      const streams = await loki<{ stream: Record<string, string>; values: [string, string][] }[]>(
        `query_range?query=${encodeURIComponent(logql)}&limit=500&start=${Date.now() - LOOK_BACK_SECONDS * 1000}000000&end=${Date.now() + 60_000}000000`,
      );
      return streams.flatMap(({ stream, values }) =>
        values.map(([timeNanoseconds, text]) => ({ labels: stream, timeNanoseconds, text })),
      );
    },
    async countLines(selector) {
      const counted = await loki<{ value: [number, string] }[]>(
        `query?query=${encodeURIComponent(`sum(count_over_time(${selector}[1h]))`)}`,
      );
      return Number(counted[0]?.value[1] ?? 0);
    },
    async trace(traceId) {
      const url = `${urls.tempo}/api/v2/traces/${traceId}`;
      const body = await getJson<{ trace?: TraceBody }>(url).catch((error: unknown) => {
        if (String(error).includes('404 of')) return {};
        throw error;
      });
      return spansOf(('trace' in body ? body.trace : undefined) ?? {});
    },
    async search(traceql) {
      const { traces = [] } = await getJson<{ traces?: { traceID: string }[] }>(
        `${urls.tempo}/api/search?q=${encodeURIComponent(traceql)}&limit=50&${range()}`,
      );
      return traces.map(({ traceID }) => traceID.padStart(32, '0'));
    },
    async alerts() {
      const all = await getJson<{ labels: Record<string, string> }[]>(`${urls.alertmanager}/api/v2/alerts`);
      return all.map(({ labels }) => labels['alertname'] ?? '');
    },
  };
}

interface TraceBody {
  readonly resourceSpans?: readonly {
    readonly resource?: {
      readonly attributes?: readonly {
        readonly key: string;
        readonly value: { readonly stringValue?: string };
      }[];
    };
    readonly scopeSpans?: readonly {
      readonly spans?: readonly { readonly name: string; readonly spanId: string }[];
    }[];
  }[];
}

function spansOf({ resourceSpans = [] }: TraceBody): readonly StoredSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans = [] }) => {
    const service =
      resource?.attributes?.find(({ key }) => key === 'service.name')?.value.stringValue ?? 'nobody';
    return scopeSpans.flatMap(({ spans = [] }) =>
      spans.map(({ name, spanId }) => ({
        service,
        name,
        // OTLP in JSON of Go is base64.
        spanId: /^[0-9a-f]{16}$/.test(spanId) ? spanId : Buffer.from(spanId, 'base64').toString('hex'),
      })),
    );
  });
}
