import {
  type DetectionRange,
  type LogqlEngine,
  type LogLists,
  createLogDetections,
  findLogPatterns,
} from '@sightline/query/logql';
import { HttpError } from '../server/http-error.ts';
import type { Answer, Call, Route } from '../server/route.ts';
import { MAX_LINES, type TimeRangeNs, lokiQuery, lokiRange, lokiStep } from './loki-range.ts';
import { wholeNumber } from './parameters.ts';
import { asText } from './query-errors.ts';

export interface LokiDetectionRoutesOptions {
  readonly engine: LogqlEngine;
  readonly lists: LogLists;
  /** Since 1970 [ms]. */
  readonly now: () => number;
  readonly version: string;
}

const QUERY_METHODS = ['GET', 'POST'] as const;
const VOLUME_SERIES = 1000;

/** What Grafana's drilldown asks: which fields, labels and patterns lines have. */
export function lokiDetectionRoutes(options: LokiDetectionRoutesOptions): readonly Route[] {
  const { engine, lists, now, version } = options;
  const detections = createLogDetections(engine, lists);
  const rangeOf = (call: Call): TimeRangeNs => lokiRange(call, BigInt(now()) * 1_000_000n);

  function detectionOf(call: Call): DetectionRange {
    const { parameters, signal } = call;
    const lineLimit = wholeNumber(parameters, 'line_limit', 100);
    const limit = wholeNumber(parameters, parameters.has('limit') ? 'limit' : 'field_limit', 1000);
    if (lineLimit === 0 || limit === 0) throw new HttpError(400, 'limit must be a positive value');
    if (lineLimit > MAX_LINES) {
      throw new HttpError(
        400,
        `max entries limit per query exceeded, limit > max_entries_limit_per_query (${lineLimit} > ${MAX_LINES})`,
      );
    }
    return { ...rangeOf(call), lineLimit, limit, signal };
  }

  async function fields(call: Call): Promise<Answer> {
    const range = detectionOf(call);
    const found = await detections.fields(lokiQuery(call.parameters), range);
    const shown = found.map(({ label, type, cardinality, parsers, jsonPath }) => ({
      label,
      type,
      cardinality,
      parsers: parsers.length === 0 ? null : parsers,
      jsonPath,
    }));
    return { json: shown.length === 0 ? {} : { fields: shown, limit: range.limit } };
  }

  async function fieldValues(call: Call): Promise<Answer> {
    const range = detectionOf(call);
    const name = call.params['name']!;
    const values = await detections.fieldValues(lokiQuery(call.parameters), name, range);
    return { json: values.length === 0 ? {} : { values, limit: range.limit } };
  }

  function labels(call: Call): Answer {
    const query = call.parameters.get('query') ?? '';
    const found = detections.labels(rangeOf(call), query === '' ? undefined : query);
    return { json: { detectedLabels: found } };
  }

  async function patterns(call: Call): Promise<Answer> {
    const range = rangeOf(call);
    const stepSeconds = Number(lokiStep(call.parameters, range) / 1_000_000_000n);
    const found = await findLogPatterns(engine, {
      query: lokiQuery(call.parameters),
      ...range,
      stepSeconds,
      signal: call.signal,
    });
    const data = found.map(({ pattern, level, samples }) => ({ pattern, level, samples }));
    return { json: { status: 'success', data } };
  }

  /** What the drilldown is told of what this server can do. */
  function drilldownLimits(): Answer {
    return {
      json: {
        limits: {
          discover_log_levels: true,
          discover_service_name: ['service_name'],
          max_entries_limit_per_query: MAX_LINES,
          max_query_series: VOLUME_SERIES,
          volume_enabled: true,
          volume_max_series: VOLUME_SERIES,
        },
        pattern_ingester_enabled: true,
        version,
      },
    };
  }

  const routes: readonly [path: string, handle: (call: Call) => Answer | Promise<Answer>][] = [
    ['/loki/api/v1/detected_fields', fields],
    ['/loki/api/v1/detected_field/:name/values', fieldValues],
    ['/loki/api/v1/detected_labels', labels],
    ['/loki/api/v1/patterns', patterns],
  ];
  return [
    ...routes.map(([path, handle]): Route => ({
      methods: QUERY_METHODS,
      path,
      handle: (call) => asText(() => handle(call)),
    })),
    { methods: ['GET'], path: '/loki/api/v1/drilldown-limits', handle: drilldownLimits },
  ];
}
