import type { Backend, Received } from './backend.ts';
import { type World, victimOf } from './world.ts';

/** What a service has made, what of it has arrived, and what its telemetry says that it gave up on. */
export interface Account {
  readonly made: number;
  readonly received: number;
  /** Undefined where nobody counts. */
  readonly counted: number | undefined;
  /** What waits. */
  readonly queued: number;
}

/** An account of each signal, of one moment. */
export interface Accounts {
  readonly spans: Account;
  readonly lines: Account;
  /** Lines of requests on standard output; undefined where nobody writes them. */
  readonly output: Account | undefined;
  /** Requests on the page of metrics. */
  readonly metrics: Account | undefined;
}

/** The sum of the samples of a metric whose labels match. */
function sumOf(page: string, name: string, labels: RegExp): number {
  let sum = 0;
  for (const [, of = '', value = ''] of page.matchAll(new RegExp(`^${name}\\{([^}]*)\\} (\\S+)`, 'gm'))) {
    if (labels.test(of)) sum += Number(value);
  }
  return sum;
}

async function receivedBy({ otlp, loki }: World): Promise<Pick<Received, 'spans' | 'lines'>> {
  const [{ spans }, { lines }] = await Promise.all([otlp.received(), loki.received()]);
  return { spans, lines };
}

/** Each request has a server span and one span of its own. */
const SPANS_OF_A_REQUEST = 2;

/** Asks Sightline: everything is counted exactly. */
export async function accountsOfSightline(world: World): Promise<Accounts> {
  const victim = victimOf(world);
  const page = await victim.page('/metrics');
  const { handled, loki } = await victim.count();
  const { spans, lines } = await receivedBy(world);
  return {
    spans: {
      made: handled * SPANS_OF_A_REQUEST,
      received: spans,
      counted: sumOf(page, 'sightline_export_dropped_items_total', /signal="traces"/),
      queued: sumOf(page, 'sightline_export_queued_items', /signal="traces"/),
    },
    lines: {
      made: handled,
      received: lines,
      counted: loki?.dropped ?? 0,
      queued: loki?.queued ?? 0,
    },
    output: {
      made: handled,
      received: victim.requestLines(),
      counted: sumOf(page, 'sightline_log_lines_dropped_total', /destination="stdout"/),
      queued: sumOf(page, 'sightline_log_lines_queued', /destination="stdout"/),
    },
    metrics: {
      made: handled,
      received: sumOf(page, 'http_server_request_duration_seconds_count', /http_route="\/order\/:id"/),
      counted: 0,
      queued: 0,
    },
  };
}

/** Others count nothing: what they lost is what did not arrive. */
export async function accountsOfOthers(world: World): Promise<Accounts> {
  const { handled } = await victimOf(world).count();
  const { spans, lines } = await receivedBy(world);
  const nobody = { counted: undefined, queued: 0 };
  return {
    spans: { made: handled * SPANS_OF_A_REQUEST, received: spans, ...nobody },
    lines: { made: handled, received: lines, ...nobody },
    output: undefined,
    metrics: undefined,
  };
}

/** What is missing and neither counted nor waiting; 0 when the account is right. */
export function unexplained({ made, received, counted = 0, queued }: Account): number {
  return made - received - counted - queued;
}

export function lost({ made, received }: Account): number {
  return made - received;
}

/** Resolves when something new has arrived, to how long that took [ms]; undefined when the time is over. */
export async function firstArrival(
  backend: Backend,
  count: (received: Received) => number,
  {
    since,
    withinMs,
    pause,
  }: { readonly since: number; readonly withinMs: number; pause(): Promise<unknown> },
): Promise<number | undefined> {
  const beganMs = performance.now();
  while (performance.now() - beganMs < withinMs) {
    // oxlint-disable-next-line no-await-in-loop -- it is looked at again and again
    if (count(await backend.received()) > since) return performance.now() - beganMs;
    // oxlint-disable-next-line no-await-in-loop -- it is looked at again and again
    await pause();
  }
  return undefined;
}
