import type { Labels } from '@sightline/query';
import type { PromqlEngine } from '@sightline/query/promql';
import type { RunSeries } from './run-series.ts';
import { type ShareDifference, compareShares } from './two-shares.ts';

/** What an operation is: a route that is served, a call to another service, a call to a database. */
type OperationKind = 'route' | 'dependency' | 'database';

/** Numbers of an operation over a run. */
interface OperationNumbers {
  readonly requests: number;
  /** Those that ended with an error: of a route 5xx, of a call also 4xx. */
  readonly failed: number;
  readonly ratePerSecond: number;
  readonly errorRatio: number;
  /** Of all requests; undefined without buckets. */
  readonly p50Seconds: number | undefined;
  readonly p95Seconds: number | undefined;
  readonly p99Seconds: number | undefined;
}

/** How the share of requests that are slower than `boundSeconds` differs; the bound is the bucket that the quantile of before is in. */
interface LatencyDifference extends ShareDifference {
  readonly boundSeconds: number;
}

export interface OperationDifference {
  readonly kind: OperationKind;
  /** `GET /orders`. */
  readonly name: string;
  readonly labels: Labels;
  readonly state: 'in both' | 'new' | 'gone';
  readonly before: OperationNumbers | undefined;
  readonly after: OperationNumbers | undefined;
  /** How the share of failed requests differs; of an operation that both have. */
  readonly errors: ShareDifference | undefined;
  readonly p50: LatencyDifference | undefined;
  readonly p95: LatencyDifference | undefined;
  readonly p99: LatencyDifference | undefined;
  /** Whether any of these is more than chance. */
  readonly isSignificant: boolean;
  /** The largest effect of those that are, else 0: what operations are sorted by. */
  readonly effect: number;
}

interface OperationFamily {
  readonly kind: OperationKind;
  readonly metric: string;
  /** Labels that make the name, in its order. */
  readonly nameLabels: readonly string[];
}

const families: readonly OperationFamily[] = [
  {
    kind: 'route',
    metric: 'http_server_request_duration_seconds',
    nameLabels: ['http_request_method', 'http_route'],
  },
  {
    kind: 'dependency',
    metric: 'http_client_request_duration_seconds',
    nameLabels: ['http_request_method', 'server_address'],
  },
  {
    kind: 'database',
    metric: 'db_client_operation_duration_seconds',
    nameLabels: ['db_system_name', 'db_operation_name'],
  },
];

const QUANTILES = [0.5, 0.95, 0.99] as const;

interface Bucket {
  readonly boundSeconds: number;
  /** Requests that took no longer. */
  readonly count: number;
}

interface Measured {
  readonly labels: Labels;
  readonly numbers: OperationNumbers;
  readonly buckets: readonly Bucket[];
}

/** What the operations of two runs have done, those first that differ most. */
export async function compareOperations(
  engine: PromqlEngine,
  before: RunSeries,
  after: RunSeries,
  signal: AbortSignal,
): Promise<readonly OperationDifference[]> {
  const found: OperationDifference[] = [];
  for (const family of families) {
    // oxlint-disable-next-line no-await-in-loop -- one family after the other is enough
    const [one, other] = await Promise.all([
      measured(engine, family, before, signal),
      measured(engine, family, after, signal),
    ]);
    for (const name of new Set([...one.keys(), ...other.keys()]))
      found.push(difference(family.kind, name, one.get(name), other.get(name)));
  }
  return found.toSorted(
    (one, other) =>
      other.effect - one.effect || rank(one) - rank(other) || requestsOf(other) - requestsOf(one),
  );
}

/** After what has changed comes what is there in one run only. */
function rank({ isSignificant, state }: OperationDifference): number {
  if (isSignificant) return 0;
  return state === 'in both' ? 2 : 1;
}

function requestsOf({ before, after }: OperationDifference): number {
  return (before?.requests ?? 0) + (after?.requests ?? 0);
}

async function measured(
  engine: PromqlEngine,
  { metric, nameLabels }: OperationFamily,
  run: RunSeries,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Measured>> {
  const by = nameLabels.join(', ');
  const total = (suffix: string, grouping: string, where = ''): string =>
    `sum by (${grouping}) (${run.total(metric + suffix, where)})`;
  const ask = (query: string): ReturnType<typeof vectorOf> => vectorOf(engine, query, run, signal);
  const counts = await ask(total('_count', by));
  const failed = byName(await ask(total('_count', by, 'error_type!=""')), nameLabels);
  const buckets = bucketsOf(await ask(total('_bucket', `${by}, le`)), nameLabels);
  const quantiles = await Promise.all(
    QUANTILES.map(async (quantile) =>
      byName(await ask(`histogram_quantile(${quantile}, ${total('_bucket', `${by}, le`)})`), nameLabels),
    ),
  );
  const found = new Map<string, Measured>();
  for (const { labels, value: requests } of counts) {
    const name = nameOf(labels, nameLabels);
    if (name === '' || !(requests > 0)) continue;
    const wrong = failed.get(name) ?? 0;
    const [p50Seconds, p95Seconds, p99Seconds] = quantiles.map((each) => finite(each.get(name)));
    found.set(name, {
      labels,
      buckets: buckets.get(name) ?? [],
      numbers: {
        requests,
        failed: wrong,
        ratePerSecond: requests / run.seconds,
        errorRatio: wrong / requests,
        p50Seconds,
        p95Seconds,
        p99Seconds,
      },
    });
  }
  return found;
}

interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

async function vectorOf(
  engine: PromqlEngine,
  query: string,
  { window: { endMs } }: RunSeries,
  signal: AbortSignal,
): Promise<readonly Sample[]> {
  const result = await engine.instant(query, { timeMs: endMs, signal });
  return result.type === 'vector' ? result.vector : [];
}

function nameOf(labels: Labels, nameLabels: readonly string[]): string {
  return nameLabels
    .map((name) => labels[name] ?? '')
    .filter((value) => value !== '')
    .join(' ');
}

function byName(samples: readonly Sample[], nameLabels: readonly string[]): ReadonlyMap<string, number> {
  return new Map(samples.map(({ labels, value }) => [nameOf(labels, nameLabels), value]));
}

function bucketsOf(
  samples: readonly Sample[],
  nameLabels: readonly string[],
): ReadonlyMap<string, readonly Bucket[]> {
  const found = new Map<string, Bucket[]>();
  for (const { labels, value: count } of samples) {
    const { le = '' } = labels;
    const name = nameOf(labels, nameLabels);
    const buckets = found.get(name) ?? [];
    found.set(name, buckets);
    buckets.push({ boundSeconds: le === '+Inf' ? Infinity : Number(le), count });
  }
  for (const buckets of found.values()) buckets.sort((one, other) => one.boundSeconds - other.boundSeconds);
  return found;
}

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

function difference(
  kind: OperationKind,
  name: string,
  before: Measured | undefined,
  after: Measured | undefined,
): OperationDifference {
  const labels = (after ?? before)?.labels ?? {};
  const shared = { kind, name, labels, before: before?.numbers, after: after?.numbers };
  if (before === undefined || after === undefined) {
    return {
      ...shared,
      state: before === undefined ? 'new' : 'gone',
      errors: undefined,
      p50: undefined,
      p95: undefined,
      p99: undefined,
      isSignificant: false,
      effect: 0,
    };
  }
  const errors = compareShares(
    { count: before.numbers.failed, of: before.numbers.requests },
    { count: after.numbers.failed, of: after.numbers.requests },
  );
  const [p50, p95, p99] = QUANTILES.map((quantile) => slower(before.buckets, after.buckets, quantile));
  const significant = [errors, p50, p95, p99].filter((each) => each?.isSignificant === true);
  return {
    ...shared,
    state: 'in both',
    errors,
    p50,
    p95,
    p99,
    isSignificant: significant.length > 0,
    effect: Math.max(0, ...significant.map((each) => each?.effect ?? 0)),
  };
}

/** Compares how many took longer than the bucket in which the quantile of before lies. */
function slower(
  before: readonly Bucket[],
  after: readonly Bucket[],
  quantile: number,
): LatencyDifference | undefined {
  const total = before.at(-1)?.count ?? 0;
  const bound = before.find(({ count }) => total > 0 && count >= quantile * total)?.boundSeconds;
  if (bound === undefined || bound === Infinity) return undefined;
  const share = (buckets: readonly Bucket[]): { readonly count: number; readonly of: number } => {
    const of = buckets.at(-1)?.count ?? 0;
    const within = buckets.findLast(({ boundSeconds }) => boundSeconds <= bound)?.count ?? 0;
    return { count: of - within, of };
  };
  return { boundSeconds: bound, ...compareShares(share(before), share(after)) };
}
