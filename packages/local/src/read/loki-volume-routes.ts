import type { LogLists, VolumeQuery } from '@sightline/query/logql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { type TimeRangeNs, lokiQuery, lokiRange, lokiStep } from './loki-range.ts';
import { wholeNumber } from './parameters.ts';
import { asText } from './query-errors.ts';

export interface LokiVolumeRoutesOptions {
  readonly lists: LogLists;
  /** Since 1970 [ms]. */
  readonly now: () => number;
}

const QUERY_METHODS = ['GET', 'POST'] as const;

/** How much there is: what Grafana shows over its log lines, and `logcli volume` and `stats`. */
export function lokiVolumeRoutes({ lists, now }: LokiVolumeRoutesOptions): readonly Route[] {
  const rangeOf = (call: Call): TimeRangeNs => lokiRange(call, BigInt(now()) * 1_000_000n);

  async function stats(call: Call): Promise<Answer> {
    const { parameters, signal } = call;
    const found = await lists.stats(lokiQuery(parameters), { ...rangeOf(call), signal });
    return { json: { ...found, chunks: found.streams } };
  }

  async function volume(call: Call): Promise<Answer> {
    const range = rangeOf(call);
    const volumes = await lists.volume(lokiQuery(call.parameters), volumeOf(call, range));
    const time = secondsOf(range.endNs);
    const result = volumes.map(({ labels, bytes }) => ({ metric: labels, value: [time, String(bytes)] }));
    return success('vector', result);
  }

  async function volumeRange(call: Call): Promise<Answer> {
    const range = rangeOf(call);
    const stepNs = lokiStep(call.parameters, range);
    const found = await lists.volumeRange(lokiQuery(call.parameters), {
      ...volumeOf(call, range),
      stepNs,
    });
    // As Loki answers: what is one point of each series is a vector.
    if (found.every(({ points }) => points.length === 1)) {
      return success(
        'vector',
        found.map(({ labels, points: [point] }) => ({ metric: labels, value: shown(point, range) })),
      );
    }
    return success(
      'matrix',
      found.map(({ labels, points }) => ({
        metric: labels,
        values: points.map((point) => shown(point, range)),
      })),
    );
  }

  const routes = [
    ['/loki/api/v1/index/stats', stats],
    ['/loki/api/v1/index/volume', volume],
    ['/loki/api/v1/index/volume_range', volumeRange],
  ] as const;
  return routes.map(([path, handle]) => ({
    methods: QUERY_METHODS,
    path,
    handle: (call) => asText(() => handle(call)),
  }));
}

function volumeOf({ parameters, signal }: Call, range: TimeRangeNs): VolumeQuery {
  const targetLabels = parameters.get('targetLabels');
  const aggregateBy = parameters.get('aggregateBy') || 'series';
  if (aggregateBy !== 'series' && aggregateBy !== 'labels')
    throw new HttpError(400, 'invalid aggregation option');
  return {
    ...range,
    ...(targetLabels && { targetLabels: targetLabels.split(',') }),
    aggregateBy,
    limit: wholeNumber(parameters, 'limit', 100),
    signal,
  };
}

/** A millisecond before the next step begins, as Loki has it; the last one ends with the range. */
function shown(
  point: { readonly endNs: bigint; readonly bytes: number } | undefined,
  { endNs }: TimeRangeNs,
): readonly [number, string] {
  if (point === undefined) return [secondsOf(endNs), '0'];
  return [secondsOf(point.endNs === endNs ? endNs : point.endNs - 1_000_000n), String(point.bytes)];
}

function secondsOf(ns: bigint): number {
  return Number(ns / 1_000_000n) / 1000;
}

function success(resultType: 'vector' | 'matrix', result: readonly object[]): Answer {
  return { json: { status: 'success', data: { resultType, result, stats: {} } } };
}
