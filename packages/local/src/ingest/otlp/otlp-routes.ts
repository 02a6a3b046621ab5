import { PbfWriter } from 'pbf';
import { HttpError } from '../../server/http-error.ts';
import type { Answer, Call, Route } from '../../server/route.ts';
import { logRecord, logsRequest, metric, metricsRequest, span, traceData } from '../../wire/otlp.ts';
import { readJsonInSteps } from '../../wire/read-json.ts';
import { readProtobufInSteps } from '../../wire/read-protobuf.ts';
import type { MessageShape } from '../../wire/shape.ts';
import { inTurns } from '../in-turns.ts';
import { WireError } from '../../wire/wire-error.ts';

/** What of an export was not kept, and why. */
interface Rejected {
  readonly rejected: number;
  readonly reason: string | undefined;
  /** Some of it had no time and got that of now: the same bytes are something new when they come again. */
  readonly isOfNow?: boolean;
}

/** Where the messages of each signal go. */
export interface OtlpSinks {
  traces(request: object): Promise<Rejected>;
  metrics(request: object): Promise<Rejected>;
  logs(request: object): Promise<Rejected>;
}

interface Signal {
  readonly path: string;
  readonly shape: MessageShape;
  /** What it has many of. */
  readonly item: MessageShape;
  /** Name in JSON of how many were rejected. */
  readonly rejectedName: string;
  readonly take: (request: object) => Promise<Rejected>;
}

const PROTOBUF = 'application/x-protobuf';
const JSON_TYPE = 'application/json';
/** `INVALID_ARGUMENT` of google.rpc.Code. */
const INVALID_ARGUMENT = 3;

/**
 * OTLP over HTTP, protobuf and JSON, with partial success.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export function otlpRoutes(sinks: OtlpSinks): readonly Route[] {
  const signals: readonly Signal[] = [
    {
      path: '/v1/traces',
      shape: traceData,
      item: span,
      rejectedName: 'rejectedSpans',
      take: sinks.traces,
    },
    {
      path: '/v1/metrics',
      shape: metricsRequest,
      item: metric,
      rejectedName: 'rejectedDataPoints',
      take: sinks.metrics,
    },
    {
      path: '/v1/logs',
      shape: logsRequest,
      item: logRecord,
      rejectedName: 'rejectedLogRecords',
      take: sinks.logs,
    },
  ];
  return signals.map((signal) => ({
    methods: ['POST'],
    path: signal.path,
    isForPages: true,
    handle: (call) => take(signal, call),
  }));
}

async function take(signal: Signal, call: Call): Promise<Answer> {
  const contentType = call.request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (contentType !== PROTOBUF && contentType !== JSON_TYPE) {
    throw new HttpError(415, `content-type: expected ${PROTOBUF} or ${JSON_TYPE}`);
  }
  const isJson = contentType === JSON_TYPE;
  try {
    const message = await inTurns(
      isJson
        ? readJsonInSteps(signal.shape, call.body.toString('utf8'), signal.item)
        : readProtobufInSteps(signal.shape, call.body, signal.item),
    );
    const taken = await signal.take(message);
    return { ...accepted(signal, taken, isJson), isOfNow: taken.isOfNow === true };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return refused(error.message, isJson);
  }
}

function accepted({ rejectedName }: Signal, { rejected, reason }: Rejected, isJson: boolean): Answer {
  if (isJson) {
    const partialSuccess = { [rejectedName]: String(rejected), errorMessage: reason ?? '' };
    return { json: rejected === 0 ? {} : { partialSuccess } };
  }
  const writer = new PbfWriter();
  if (rejected > 0) {
    writer.writeMessage(
      1,
      (_, partial) => {
        partial.writeVarintField(1, rejected);
        partial.writeStringField(2, reason ?? '');
      },
      undefined,
    );
  }
  return { bytes: writer.finish(), headers: { 'content-type': PROTOBUF } };
}

/** A `google.rpc.Status`, which clients show and do not send again. */
function refused(message: string, isJson: boolean): Answer {
  if (isJson) return { status: 400, json: { code: INVALID_ARGUMENT, message } };
  const writer = new PbfWriter();
  writer.writeVarintField(1, INVALID_ARGUMENT);
  writer.writeStringField(2, message);
  return { status: 400, bytes: writer.finish(), headers: { 'content-type': PROTOBUF } };
}
