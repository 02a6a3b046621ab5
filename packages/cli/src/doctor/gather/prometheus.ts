import type { AppFacts, PrometheusFacts, TargetFacts } from '../facts.ts';
import { listAt, numberAt, textAt, textsAt, valueAt } from '../json-at.ts';
import { isOk, jsonIn } from '../probe.ts';
import { type Ask, pageOf } from './server.ts';

/** Of a start time, which is told in milliseconds and read as a floating-point number [s]. */
const SAME_START_SECONDS = 0.002;

/** One series of an instant query. */
interface InstantSample {
  readonly labels: Readonly<Record<string, string>>;
  /** When it was scraped, or asked for [s since 1970]. */
  readonly atSeconds: number;
  readonly value: number;
}

/** The result of an instant query; undefined when it was not answered. */
export async function instantQuery(ask: Ask, promql: string): Promise<readonly InstantSample[] | undefined> {
  const json = jsonIn(await ask(`/api/v1/query?query=${encodeURIComponent(promql)}`));
  if (textAt(json, 'status') !== 'success') return undefined;
  // `time()` is a scalar: one pair in place of a list of series.
  const result = listAt(json, 'data', 'result');
  const isScalar = textAt(json, 'data', 'resultType') === 'scalar';
  return (isScalar ? [{ value: result }] : result).map((each) => ({
    labels: textsAt(each, 'metric'),
    atSeconds: numberAt(each, 'value', 0) ?? 0,
    value: Number(textAt(each, 'value', 1)),
  }));
}

/** `{job="shop",instance="…"}`: the series of one target. */
export function selectorOf(labels: Readonly<Record<string, string>>): string {
  const chosen = ['job', 'instance'].flatMap((name) =>
    labels[name] === undefined ? [] : [`${name}=${JSON.stringify(labels[name])}`],
  );
  return `{${chosen.join(',')}}`;
}

/** Whether a series is that of a process which started then. */
export function isSameStart(value: number | undefined, startSeconds: number | undefined): boolean {
  return (
    value !== undefined && startSeconds !== undefined && Math.abs(value - startSeconds) < SAME_START_SECONDS
  );
}

/** What Prometheus tells of itself and of the target of the service. */
export async function prometheusFacts(ask: Ask, url: string, app: AppFacts): Promise<PrometheusFacts> {
  const [ready, before, targets, flags, build, alertmanagers, rules, starts] = await Promise.all([
    readyOf(ask),
    pageOf(ask),
    ask('/api/v1/targets'),
    ask('/api/v1/status/flags'),
    ask('/api/v1/status/buildinfo'),
    ask('/api/v1/alertmanagers'),
    ask('/api/v1/rules'),
    instantQuery(ask, 'process_start_time_seconds'),
  ]);
  const json = jsonIn(targets);
  const active = listAt(json, 'data', 'activeTargets').map(targetOf);
  const series = starts?.find(({ value }) => isSameStart(value, app.startSeconds));
  const target = targetOfApp(active, app, series?.labels);
  return {
    url,
    ready,
    version: textAt(jsonIn(build), 'data', 'version') || undefined,
    before,
    after: before,
    target,
    targets,
    targetCount: active.length,
    dropped: droppedAddresses(json, app),
    ...(await samplesOf(ask, target?.target)),
    scrapedStartSeconds:
      series?.value ?? starts?.find(({ labels }) => target && isOf(target.target, labels))?.value,
    flags: valueAt(jsonIn(flags), 'data'),
    alertmanagers,
    rules,
  };
}

/** Others that speak the same API have their page of readiness elsewhere, or none below the path of the API. */
async function readyOf(ask: Ask): ReturnType<Ask> {
  const first = await ask('/-/ready');
  if (first.kind !== 'answer' || first.status !== 404) return first;
  for (const path of ['/ready', '/api/v1/status/buildinfo']) {
    // oxlint-disable-next-line no-await-in-loop -- the first one counts
    const answer = await ask(path);
    if (isOk(answer)) return answer;
  }
  return first;
}

async function samplesOf(
  ask: Ask,
  target: TargetFacts | undefined,
): Promise<Pick<PrometheusFacts, 'scrapedSamples' | 'keptSamples'>> {
  if (target === undefined) return { scrapedSamples: undefined, keptSamples: undefined };
  const selector = selectorOf(target.labels);
  const [scraped, kept] = await Promise.all([
    instantQuery(ask, `scrape_samples_scraped${selector}`),
    instantQuery(ask, `scrape_samples_post_metric_relabeling${selector}`),
  ]);
  return { scrapedSamples: scraped?.[0]?.value, keptSamples: kept?.[0]?.value };
}

function targetOf(json: unknown): TargetFacts {
  const lastScrapeMs = Date.parse(textAt(json, 'lastScrape') ?? '');
  return {
    labels: textsAt(json, 'labels'),
    scrapeUrl: textAt(json, 'scrapeUrl') ?? '',
    health: textAt(json, 'health') ?? 'unknown',
    lastError: textAt(json, 'lastError') ?? '',
    // The time zero of Go stands for never.
    lastScrapeMs: lastScrapeMs > 0 ? lastScrapeMs : undefined,
    intervalMs: promDurationMs(textAt(json, 'scrapeInterval') ?? '') ?? 60_000,
  };
}

const UNIT_MS = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** `1m30s` as Prometheus writes it [ms]; nothing when it is none. */
export function promDurationMs(text: string): number | undefined {
  const parts = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) return undefined;
  return parts.reduce(
    (sum, [, number, unit]) => sum + Number(number) * UNIT_MS[unit as keyof typeof UNIT_MS],
    0,
  );
}

function isOf({ labels }: TargetFacts, series: Readonly<Record<string, string>>): boolean {
  return labels['job'] === series['job'] && labels['instance'] === series['instance'];
}

function targetOfApp(
  active: readonly TargetFacts[],
  app: AppFacts,
  series: Readonly<Record<string, string>> | undefined,
): PrometheusFacts['target'] {
  const bySeries = series && active.find((each) => isOf(each, series));
  if (bySeries !== undefined) return { foundBy: 'series', target: bySeries };
  const alike = active
    .map((target) => ({
      target,
      likeness: likenessOf(target.scrapeUrl, target.labels['job'], app),
    }))
    // One that is up is a replica or another service, unless its address is that of this one.
    .filter(({ target, likeness }) => likeness >= (target.health === 'up' ? SURE : POSSIBLE))
    .toSorted((a, b) => b.likeness - a.likeness);
  const target = alike[0]?.target;
  return target && { foundBy: 'address', target };
}

const SURE = 2;
const POSSIBLE = 1;
/** What this machine is called from a container on it. */
const HERE = /^(?:localhost|127\.0\.0\.1|\[::1\]|host\.docker\.internal|host\.containers\.internal)$/;

/** How much an address looks like that of the service: Prometheus may know it by another name. */
function likenessOf(url: string, job: string | undefined, app: AppFacts): number {
  if (!URL.canParse(url)) return 0;
  const [host, ownHost] = [new URL(url).hostname, new URL(app.url).hostname];
  const isPort = portOf(url) === portOf(app.url);
  const isJob = app.name !== undefined && job === app.name;
  const isHost = host === ownHost || (HERE.test(host) && HERE.test(ownHost));
  if (isPort && (isHost || isJob)) return SURE;
  return isPort || isJob ? POSSIBLE : 0;
}

function droppedAddresses(json: unknown, app: AppFacts): readonly string[] {
  return listAt(json, 'data', 'droppedTargets').flatMap((each) => {
    const discovered = textsAt(each, 'discoveredLabels');
    const address = discovered['__address__'] ?? '';
    return likenessOf(`http://${address}`, discovered['job'], app) >= POSSIBLE ? [address] : [];
  });
}

function portOf(url: string): string {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? '443' : '80') : port;
}
