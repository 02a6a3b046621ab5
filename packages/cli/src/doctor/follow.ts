import type {
  AppFacts,
  GrafanaFacts,
  LokiFacts,
  Part,
  PlantedFacts,
  PrometheusFacts,
  Server,
  Step,
  TempoFacts,
} from './facts.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Io } from '../io.ts';
import { parsePage } from './exposition.ts';
import { countedRequests } from './gather/app.ts';
import { findLine } from './gather/loki.ts';
import { instantQuery, isSameStart, selectorOf } from './gather/prometheus.ts';
import { type Ask, isReachable } from './gather/server.ts';
import { findTrace, searchFinds } from './gather/tempo.ts';
import { numberAt, textAt, valueAt } from './json-at.ts';
import { type Answer, type Probe, isOk, jsonIn } from './probe.ts';

export interface FollowSetup {
  readonly probe: Probe;
  readonly io: Pick<Io, 'now' | 'signal'>;
  readonly planted: PlantedFacts;
  /** What Loki answered to the line of the doctor. */
  readonly push: Answer;
  readonly app: AppFacts;
  readonly appHeaders: Readonly<Record<string, string>>;
  readonly prometheus: PrometheusFacts | undefined;
  readonly loki: LokiFacts | undefined;
  readonly tempo: TempoFacts | undefined;
  readonly grafana: GrafanaFacts | undefined;
  readonly asks: Readonly<Record<Server, Ask | undefined>>;
  readonly waitMs: number;
  readonly progress: (text: string) => void;
}

export interface Followed {
  readonly steps: readonly Step[];
  readonly streamLabels: Readonly<Record<string, string>> | undefined;
  readonly searchable: boolean | undefined;
}

/** How often it is looked whether something has come [ms]. */
const LOOK_EVERY_MS = 400;
/** Longest that is waited for a scrape [ms]; beyond, nobody would wait. */
const LONGEST_SCRAPE_MS = 120_000;

/** What the clock of Prometheus is known by less [ms]. */
const CLOCK_MARGIN_MS = 100;

type Look = () => Promise<{ readonly found: boolean; readonly said?: string }>;
type Place = Pick<Step, 'signal' | 'by' | 'at' | 'through'>;

/** Looks for what was planted at every place that it must come by, all at the same time. */
export async function follow(setup: FollowSetup): Promise<Followed> {
  const { planted, loki, tempo, asks, waitMs, io, progress } = setup;
  const steps: Step[] = [];
  let streamLabels: Readonly<Record<string, string>> | undefined;
  let searchable: boolean | undefined;
  const startedAtMs = performance.now();

  /** Looks until it is there, or for as long as there is time. */
  async function until(place: Place, forMs: number, look: Look): Promise<boolean> {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- one look after the other
      const { found, said } = await look();
      const afterMs = Math.round(performance.now() - startedAtMs);
      if (found || afterMs >= forMs) {
        steps.push({ ...place, found, afterMs, ...(said ? { said } : {}) });
        progress(`${steps.filter((each) => each.found).length} of what was sent has arrived`);
        return found;
      }
      // oxlint-disable-next-line no-await-in-loop -- the same
      await delay(LOOK_EVERY_MS, undefined, { signal: io.signal });
    }
  }

  const isAsked = planted.request.kind === 'answer';
  const whose = isAsked ? (['app', 'doctor'] as const) : (['doctor'] as const);
  const idOf = (by: Step['by']): string => (by === 'app' ? planted.traceId : planted.ownTraceId);
  const through = (server: 'prometheus' | 'loki' | 'tempo'): Ask | undefined => {
    const source = setup.grafana?.dataSources.find(({ type }) => type === server);
    const ask = asks.grafana;
    return source && ask && ((path, post) => ask(`/api/datasources/proxy/uid/${source.uid}${path}`, post));
  };

  const tempoAsk = asks.tempo;
  const traces =
    tempoAsk && tempo && isReachable(tempo)
      ? whose
          .filter((by) => by === 'app' || isOk(planted.ownTrace))
          .map(async (by) => {
            const here = await until({ signal: 'trace', by, at: 'tempo' }, waitMs, () =>
              findTrace(tempoAsk, idOf(by)),
            );
            if (!here || by !== whose[0]) return;
            searchable = await searchFinds(tempoAsk, idOf(by));
            const proxied = through('tempo');
            if (proxied !== undefined) {
              const place = { signal: 'trace', by, at: 'grafana', through: 'tempo' } as const;
              await until(place, 0, () => findTrace(proxied, idOf(by)));
            }
          })
      : [];

  const lokiAsk = asks.loki;
  const lines =
    lokiAsk && loki && isReachable(loki)
      ? whose
          .filter((by) => by === 'app' || isOk(setup.push))
          .map(async (by) => {
            const look = async (ask: Ask): ReturnType<Look> => {
              const line = await findLine(ask, idOf(by), planted.atMs);
              if (by === 'app' && line.found) streamLabels = line.labels;
              return line;
            };
            const here = await until({ signal: 'line', by, at: 'loki' }, waitMs, () => look(lokiAsk));
            const proxied = through('loki');
            if (here && by === whose[0] && proxied !== undefined) {
              await until({ signal: 'line', by, at: 'grafana', through: 'loki' }, 0, () => look(proxied));
            }
          })
      : [];

  await Promise.all([
    ...traces,
    ...lines,
    ...(isAsked ? fromTheApp(setup, (place, look) => until(place, waitMs, look)) : []),
    followMetric(setup, until, through('prometheus')),
  ]);
  const order = ['app', 'otlp', 'prometheus', 'loki', 'tempo', 'grafana'];
  return {
    steps: steps.toSorted((a, b) => order.indexOf(a.at) - order.indexOf(b.at)),
    streamLabels,
    searchable,
  };
}

/** What the service itself says of the request: counted, written, exported. */
function fromTheApp(
  { probe, app, appHeaders: headers }: FollowSetup,
  until: (place: Place, look: Look) => Promise<boolean>,
): readonly Promise<boolean>[] {
  const counted = countedRequests(app.page);
  const status = jsonIn(app.status);
  const page: Look = async () => {
    const answer = await probe({ url: `${app.url}/metrics`, headers });
    return { found: isOk(answer) && countedRequests(parsePage(answer.text)) > counted };
  };
  const told = (read: (json: unknown) => number, said: (json: unknown) => string | undefined): Look => {
    const before = read(status);
    return async () => {
      const json = jsonIn(await probe({ url: `${app.url}/status`, headers }));
      const why = said(json);
      return { found: read(json) > before, ...(why === undefined ? {} : { said: why }) };
    };
  };
  const at: { by: 'app'; at: Part } = { by: 'app', at: 'app' };
  return [
    ...(isOk(app.metrics) ? [until({ ...at, signal: 'metric' }, page)] : []),
    ...(isOk(app.status)
      ? [
          until(
            { ...at, signal: 'line' },
            told(linesOf, () => undefined),
          ),
          until({ signal: 'trace', by: 'app', at: 'otlp' }, told(exportedOf, lastError)),
        ]
      : []),
  ];
}

/** The observation of the request on its way through a scrape, and where there was no request, the scrape itself. */
async function followMetric(
  setup: FollowSetup,
  until: (place: Place, forMs: number, look: Look) => Promise<boolean>,
  proxied: Ask | undefined,
): Promise<void> {
  const { prometheus, planted, app, asks, waitMs } = setup;
  const ask = asks.prometheus;
  if (!ask || !prometheus || !isReachable(prometheus) || prometheus.target === undefined) return;
  if (!isOk(app.metrics) || app.startSeconds === undefined) return;
  const { target } = prometheus.target;
  if (target.health === 'down') return;
  const selector = selectorOf(target.labels);
  const isAsked = planted.request.kind === 'answer';
  const wanted = countedRequests(app.page) + 1;
  const [clock] = (await instantQuery(ask, 'time()')) ?? [];
  const clockMs = clock === undefined ? 0 : clock.value * 1000 - setup.io.now();
  const look = async (at: Ask): ReturnType<Look> => {
    const count = `http_server_request_duration_seconds_count${selector}`;
    const [starts, requests, scraped] = await Promise.all([
      instantQuery(at, `process_start_time_seconds${selector}`),
      instantQuery(at, `sum(${count})`),
      instantQuery(at, `max(timestamp(process_start_time_seconds${selector}) or timestamp(${count}))`),
    ]);
    const start = starts?.[0]?.value;
    // Where relabelling drops the start, the count of the requests has to do.
    if (start === undefined ? !isAsked : !isSameStart(start, app.startSeconds)) return { found: false };
    const isNew = (scraped?.[0]?.value ?? 0) * 1000 >= planted.atMs + clockMs - CLOCK_MARGIN_MS;
    return { found: isNew && (!isAsked || (requests?.[0]?.value ?? 0) >= wanted) };
  };
  // The next scrape may just have missed it.
  const forMs = Math.max(waitMs, Math.min(2 * target.intervalMs, LONGEST_SCRAPE_MS));
  const place = { signal: 'metric', by: isAsked ? 'app' : 'doctor' } as const;
  const here = await until({ ...place, at: 'prometheus' }, forMs, () => look(ask));
  if (here && proxied !== undefined) {
    await until({ ...place, at: 'grafana', through: 'prometheus' }, 0, () => look(proxied));
  }
}

function linesOf(json: unknown): number {
  const byLevel = Object.values(valueAt(json, 'logs', 'lines') ?? {});
  return byLevel.reduce<number>((sum, each) => sum + Number(each), 0);
}

function exportedOf(json: unknown): number {
  return numberAt(json, 'telemetry', 'exports', 'traces', 'exported') ?? 0;
}

function lastError(json: unknown): string | undefined {
  return textAt(json, 'telemetry', 'exports', 'traces', 'lastError');
}
