import type { LogqlEngine } from '@sightline/query/logql';
import type { PromqlEngine } from '@sightline/query/promql';
import { HttpError } from '../server/http-error.ts';
import type { Run } from '../stack/runs.ts';
import type { MetricStores } from '../store/sample-sink.ts';
import { type LogDifferences, compareLogs } from './log-differences.ts';
import { type OperationDifference, compareOperations } from './operations.ts';
import { type ResourceDifference, MIN_DEVIATIONS, MIN_SAMPLES, compareResources } from './resources.ts';
import { runSeries } from './run-series.ts';
import { runWindow } from './run-window.ts';
import { MIN_COUNT, MIN_EXPECTED, MIN_Z } from './two-shares.ts';

/** One of the two runs. */
interface ComparedRun extends Run {
  /** How long it took requests [s]: what rates are of. */
  readonly seconds: number;
  /** How its metrics were found: `instance`, or `time` for all instances of the service in its time. */
  readonly metricsFoundBy: 'instance' | 'time';
}

/** How two runs of a service differ. */
export interface RunComparison {
  readonly before: ComparedRun;
  readonly after: ComparedRun;
  /** When a difference is called significant, in words. */
  readonly rule: string;
  /** Routes, calls and queries, those that differ most first. */
  readonly operations: readonly OperationDifference[];
  readonly resources: readonly ResourceDifference[];
  readonly logs: LogDifferences;
}

const RULE = [
  `Shares of failed and of slow requests differ when a two-proportion z-test says |z| >= ${MIN_Z}, with ${MIN_COUNT} or more`,
  `requests in each run and ${MIN_EXPECTED} or more expected of the rarer kind; slow is what takes longer than the bucket in`,
  'which the quantile of the first run lies. Operations are sorted by Cohen’s h of what differs so. Log lines are compared',
  `with the time of each run in the same way, from ${MIN_COUNT} lines on. Resources differ when the means lie more than`,
  `${MIN_DEVIATIONS} standard deviations apart, with ${MIN_SAMPLES} or more samples in each run.`,
].join(' ');

export interface CompareRunsOptions {
  readonly promql: PromqlEngine;
  readonly logql: LogqlEngine;
  readonly stores: Pick<MetricStores, 'series'>;
  readonly runs: () => readonly Run[];
  /** Since 1970 [ms]. */
  readonly now: () => number;
}

/** Which runs: by their instances, or without those the newest two of the service, or of the service that started last. */
export interface RunChoice {
  readonly before?: string | undefined;
  readonly after?: string | undefined;
  readonly service?: string | undefined;
}

/**
 * Compares two runs of a service: what it served, called, wrote and used.
 *
 * @throws {HttpError} 404 without such runs, 400 when they are of two services or one and the same
 */
export async function compareRuns(
  { promql, logql, stores, runs, now }: CompareRunsOptions,
  choice: RunChoice,
  signal: AbortSignal,
): Promise<RunComparison> {
  const all = runs();
  const [one, other] = chosen(all, choice);
  const [oneWindow, otherWindow] = [runWindow(one, all, now()), runWindow(other, all, now())];
  const [before, after] = [runSeries(oneWindow, stores), runSeries(otherWindow, stores)];
  return {
    before: { ...one, seconds: before.seconds, metricsFoundBy: before.foundBy },
    after: { ...other, seconds: after.seconds, metricsFoundBy: after.foundBy },
    rule: RULE,
    operations: await compareOperations(promql, before, after, signal),
    resources: await compareResources(promql, before, after, signal),
    logs: await compareLogs(logql, oneWindow, otherWindow, signal),
  };
}

function chosen(all: readonly Run[], { before, after, service }: RunChoice): readonly [Run, Run] {
  const other = after === undefined ? newest(all, service) : byInstance(all, after, service);
  const one =
    before === undefined
      ? all.find((run) => run.service === other.service && run.firstSeenMs < other.firstSeenMs)
      : byInstance(all, before, service ?? other.service);
  if (one === undefined) throw new HttpError(404, `${other.service} has no run before ${other.instance}`);
  if (one === other) throw new HttpError(400, 'before and after are the same run');
  return [one, other];
}

function newest(all: readonly Run[], service: string | undefined): Run {
  const found = all.find((run) => service === undefined || run.service === service);
  if (found === undefined) {
    const whose = service === undefined ? 'any service' : JSON.stringify(service.slice(0, 100));
    throw new HttpError(404, `there is no run of ${whose} yet`);
  }
  return found;
}

function byInstance(all: readonly Run[], instance: string, service: string | undefined): Run {
  const found = all.filter((run) => run.instance === instance);
  const fitting = found.find((run) => service === undefined || run.service === service);
  if (fitting !== undefined) return fitting;
  const shown = JSON.stringify(instance.slice(0, 100));
  throw found.length > 0
    ? new HttpError(400, `${shown} is a run of ${found[0]?.service}, and not of ${service}`)
    : new HttpError(404, `there is no run ${shown}`);
}
