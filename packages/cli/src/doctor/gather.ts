import { setTimeout as delay } from 'node:timers/promises';
import type { AppFacts, Facts, PlantedFacts, PrometheusFacts, Server, ServerFacts, Step } from './facts.ts';
import { type AppOptions, appFacts } from './gather/app.ts';
import { alertmanagerFacts } from './gather/alertmanager.ts';
import { grafanaFacts } from './gather/grafana.ts';
import { lokiFacts } from './gather/loki.ts';
import { otlpPlaceOf } from './gather/otlp-url.ts';
import { prometheusFacts } from './gather/prometheus.ts';
import { type Ask, asker, isReachable, pageOf } from './gather/server.ts';
import { tempoFacts } from './gather/tempo.ts';
import type { Endpoint } from '../http/endpoint.ts';
import type { Io } from '../io.ts';
import { type FollowSetup, follow } from './follow.ts';
import { parsePage, totalOf } from './exposition.ts';
import { isSamePlace, isThisMachine } from '../stack/local-token.ts';
import { listAt, textAt } from './json-at.ts';
import { plantLine, plantRequest, plantTrace, randomTraceId } from './plant.ts';
import { type Answer, createProbe, isOk, jsonIn, notAsked } from './probe.ts';

export interface GatherOptions {
  readonly app: AppOptions;
  /** Those that are to be looked at. */
  readonly servers: Readonly<Partial<Record<Server, Endpoint>>>;
  readonly grafanaHasToken: boolean;
  /** Where traces are sent to; by default where the service says that it sends them. */
  readonly otlpUrl: string | undefined;
  /** With which a trace is sent there. */
  readonly otlpHeaders: Readonly<Record<string, string>>;
  /** Longest wait for one answer [ms]. */
  readonly timeoutMs: number;
  /** Longest wait for what was planted to show up [ms]. */
  readonly waitMs: number;
  readonly isEmbedded: boolean;
  /** Whether anything is sent besides questions. */
  readonly plants: boolean;
}

/**
 * Finds out everything that the rules look at: what the service and the servers tell of themselves, then what becomes of a
 * request, a trace and a line that are sent through all of it. No server makes it throw, whatever it answers.
 *
 * @param progress says what is under way
 */
export async function gatherFacts(
  io: Pick<Io, 'fetch' | 'now' | 'signal' | 'env'>,
  options: GatherOptions,
  progress: (text: string) => void,
): Promise<Facts> {
  const probe = createProbe(io, options.timeoutMs);
  const ask = (server: Server): Ask | undefined => {
    const at = options.servers[server];
    return at && asker(probe, at);
  };
  const asks = {
    prometheus: ask('prometheus'),
    alertmanager: ask('alertmanager'),
    loki: ask('loki'),
    tempo: ask('tempo'),
    grafana: ask('grafana'),
  };
  const urlOf = (server: Server): string => options.servers[server]?.url ?? '';

  progress('asking the service and the servers');
  const appBefore = await appFacts(probe, options.app);
  const [prometheusAtFirst, alertmanager, lokiBefore, tempo, grafana] = await Promise.all([
    asks.prometheus && prometheusFacts(asks.prometheus, urlOf('prometheus'), appBefore),
    asks.alertmanager && alertmanagerFacts(asks.alertmanager, urlOf('alertmanager')),
    asks.loki && lokiFacts(asks.loki, urlOf('loki')),
    asks.tempo && tempoFacts(asks.tempo, urlOf('tempo')),
    asks.grafana && grafanaFacts(asks.grafana, urlOf('grafana'), options.grafanaHasToken),
  ]);
  const prometheusBefore =
    prometheusAtFirst &&
    (await settled(prometheusAtFirst, appBefore, io, options, progress, prometheusAgain));
  const place = otlpPlaceOf(appBefore, io.env);
  const otlpUrl = options.otlpUrl ?? place.url;
  // A Tempo of somewhere else gets its traces somewhere else as well, and only the service could say where.
  const isOtlpUnknown =
    options.otlpUrl === undefined &&
    place.isGuess &&
    asks.tempo !== undefined &&
    !isThisMachine(urlOf('tempo'));

  // What takes traces may be what answers as Tempo does, and want the same of whoever comes.
  const otlpHeaders = {
    ...options.otlpHeaders,
    ...(isSamePlace(otlpUrl, urlOf('tempo')) ? options.servers.tempo?.headers : {}),
  };

  async function prometheusAgain(): Promise<PrometheusFacts | undefined> {
    return asks.prometheus && prometheusFacts(asks.prometheus, urlOf('prometheus'), appBefore);
  }

  let planted: PlantedFacts | undefined;
  let push: Answer = notAsked;
  let steps: readonly Step[] = [];
  let streamLabels: Readonly<Record<string, string>> | undefined;
  let searchable: boolean | undefined;
  if (options.plants) {
    progress('sending one request, one trace and one line');
    const ids = { atMs: io.now(), traceId: randomTraceId(), ownTraceId: randomTraceId() };
    const [request, ownTrace, ownLine] = await Promise.all([
      plantRequest(probe, appBefore, ids.traceId),
      asks.tempo && !isOtlpUnknown && !isGrpc(appBefore)
        ? plantTrace(probe, otlpUrl, ids, otlpHeaders)
        : notAsked,
      asks.loki && lokiBefore && isReachable(lokiBefore) ? plantLine(asks.loki, ids) : notAsked,
    ]);
    planted = { ...ids, request, ownTrace };
    push = ownLine;
    const setup: FollowSetup = {
      probe,
      io,
      planted,
      push,
      app: appBefore,
      appHeaders: options.app.headers,
      prometheus: prometheusBefore,
      loki: lokiBefore,
      tempo,
      grafana,
      asks,
      waitMs: options.waitMs,
      progress,
    };
    ({ steps, streamLabels, searchable } = await follow(setup));
  }

  progress('asking once more');
  const [app, prometheus, lokiAfter, tempoAfter, alertmanagerAfter] = await Promise.all([
    appAgain(probe, appBefore, options.app.headers),
    prometheusAgain(),
    again(asks.loki, lokiBefore),
    again(asks.tempo, tempo),
    again(asks.alertmanager, alertmanager),
  ]);
  return {
    nowMs: io.now(),
    waitMs: options.waitMs,
    isEmbedded: options.isEmbedded,
    app,
    otlpUrl,
    isOtlpUnknown,
    ...(prometheus && {
      prometheus: { ...prometheus, before: prometheusBefore?.before ?? prometheus.before },
    }),
    ...(alertmanagerAfter && { alertmanager: alertmanagerAfter }),
    ...(lokiAfter && { loki: { ...lokiAfter, push, streamLabels } }),
    ...(tempoAfter && { tempo: { ...tempoAfter, searchable } }),
    ...(grafana && { grafana }),
    ...(planted && { planted }),
    steps,
    env: io.env,
  };
}

/** How long after a start the first scrape, and the first look for an Alertmanager, may be still to come [ms]. */
const YOUNG_MS = 60_000;
const LOOK_EVERY_MS = 500;

/** What Prometheus tells once it had the time to look around: nobody wants to be told of what was started a second ago. */
async function settled(
  first: PrometheusFacts,
  app: AppFacts,
  { now, signal }: Pick<Io, 'now' | 'signal'>,
  { waitMs, servers }: GatherOptions,
  progress: (text: string) => void,
  lookAgain: () => Promise<PrometheusFacts | undefined>,
): Promise<PrometheusFacts> {
  const starts = [totalOf(first.before, 'process_start_time_seconds'), app.startSeconds];
  const isYoung = starts.some((seconds) => seconds !== undefined && now() - seconds * 1000 < YOUNG_MS);
  if (!isYoung) return first;
  const deadlineMs = performance.now() + waitMs;
  let facts = first;
  while (isReachable(facts) && performance.now() < deadlineMs) {
    const isScraped =
      facts.target?.foundBy === 'series' || ['up', 'down'].includes(facts.target?.target.health ?? '');
    const alertmanagers = listAt(jsonIn(facts.alertmanagers), 'data', 'activeAlertmanagers');
    if (isScraped && (servers.alertmanager === undefined || alertmanagers.length > 0)) break;
    progress('Prometheus or the service was started a moment ago: waiting for the first scrape');
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await delay(LOOK_EVERY_MS, undefined, { signal });
    // oxlint-disable-next-line no-await-in-loop -- the same
    facts = (await lookAgain()) ?? facts;
  }
  return facts;
}

/** Then the service speaks another protocol there than the doctor does. */
function isGrpc({ status }: AppFacts): boolean {
  return textAt(jsonIn(status), 'config', 'traces', 'otlp', 'protocol') === 'grpc';
}

/** The counters of a server a second time. */
async function again<Of extends ServerFacts>(
  ask: Ask | undefined,
  facts: Of | undefined,
): Promise<Of | undefined> {
  if (ask === undefined || facts === undefined || !isReachable(facts)) return facts;
  return { ...facts, after: await pageOf(ask) };
}

async function appAgain(
  probe: ReturnType<typeof createProbe>,
  app: Facts['app'],
  headers: Readonly<Record<string, string>>,
): Promise<Facts['app']> {
  if (app.status.kind !== 'answer') return app;
  const [statusAfter, metrics] = await Promise.all([
    probe({ url: `${app.url}/status`, headers }),
    probe({ url: `${app.url}/metrics`, headers }),
  ]);
  return { ...app, statusAfter, pageAfter: isOk(metrics) ? parsePage(metrics.text) : [] };
}
