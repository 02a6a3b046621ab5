/** What the story asks: the read APIs of the stack, over HTTP, as Grafana asks them. */
export interface ReadApi {
  readonly url: string;
  /** The value of the first series of an answer of Prometheus; undefined without one. */
  promql(query: string): Promise<number | undefined>;
  /** Ids of traces that Tempo's search finds, the newest first. */
  traces(query: string): Promise<readonly string[]>;
  /** Lines that Loki finds, the newest first. */
  lines(query: string): Promise<readonly string[]>;
  /** Alerts of Alertmanager that fire, by name. */
  alerts(): Promise<readonly AlertSeen[]>;
  /** What was told to whoever listens, the newest first. */
  notifications(): Promise<readonly NotificationSeen[]>;
}

interface AlertSeen {
  readonly name: string;
  readonly summary: string;
}

interface NotificationSeen {
  readonly status: string;
  readonly names: readonly string[];
}

interface ShownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const ASK_MS = 5000;

export function createReadApi(url: string): ReadApi {
  async function get<Answer>(
    path: string,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const query = new URLSearchParams(parameters);
    const response = await fetch(`${url}${path}?${query}`, { signal: AbortSignal.timeout(ASK_MS) });
    if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  return {
    url,
    async promql(query) {
      const { data } = await get<{ data: { result: { value: [number, string] }[] } }>('/api/v1/query', {
        query,
      });
      const value = data.result[0]?.value[1];
      return value === undefined ? undefined : Number(value);
    },
    async traces(q) {
      const { traces } = await get<{ traces: { traceID: string }[] }>('/api/search', { q, limit: '5' });
      return traces.map(({ traceID }) => traceID);
    },
    async lines(query) {
      const { data } = await get<{ data: { result: { values: [string, string][] }[] } }>(
        '/loki/api/v1/query_range',
        { query },
      );
      return data.result.flatMap(({ values }) => values).map(([, line]) => line);
    },
    async alerts() {
      const alerts = await get<ShownAlert[]>('/api/v2/alerts', {
        active: 'true',
        silenced: 'false',
        inhibited: 'false',
      });
      return alerts.map(({ labels, annotations }) => ({
        name: labels['alertname'] ?? '',
        summary: annotations['summary'] ?? '',
      }));
    },
    async notifications() {
      const told = await get<{ message: { status: string; alerts: ShownAlert[] } }[]>(
        '/sightline/api/v1/notifications',
      );
      return told.map(({ message: { status, alerts } }) => ({
        status,
        names: alerts.map(({ labels }) => labels['alertname'] ?? ''),
      }));
    },
  };
}
