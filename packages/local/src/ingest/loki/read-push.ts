import { parseLabels } from '../scrape/parse-series.ts';
import type { Labels } from '@sightline/query';
import { messageShape } from '../../wire/shape.ts';
import { readNow, readProtobufInSteps } from '../../wire/read-protobuf.ts';
import { uncompressSnappy } from '../../wire/snappy.ts';
import { WireError } from '../../wire/wire-error.ts';
import type { LogSink } from '../log-sink.ts';
import { checkLabels } from './check-labels.ts';
import { labelName } from '../otlp/resource-labels.ts';

/** Loki's push message. Source: grafana/loki, pkg/push/push.proto */
const timestamp = messageShape({ seconds: [1, 'int64'], nanos: [2, 'uint32'] });
const labelPair = messageShape({ name: [1, 'string'], value: [2, 'string'] });
const pushEntry = messageShape({
  timestamp: [1, timestamp],
  line: [2, 'string'],
  structuredMetadata: [3, [labelPair]],
});
const pushRequest = messageShape({
  streams: [1, [messageShape({ labels: [1, 'string'], entries: [2, [pushEntry]] })]],
});

interface Push {
  readonly streams?: readonly {
    readonly labels?: string;
    readonly entries?: readonly {
      readonly timestamp?: { readonly seconds?: bigint; readonly nanos?: number };
      readonly line?: string;
      readonly structuredMetadata?: readonly { readonly name?: string; readonly value?: string }[];
    }[];
  }[];
}

/**
 * Reads a push of protobuf, compressed by snappy, an entry a step.
 *
 * @throws {WireError} with nothing handed on when any part of it cannot be read
 */
export function* readProtobufPush(
  bytes: Uint8Array,
  maxBytes: number,
  sink: LogSink,
): Generator<undefined, void> {
  const uncompressed = uncompressSnappy(bytes, maxBytes);
  const { streams } = (yield* readProtobufInSteps(pushRequest, uncompressed, pushEntry)) as Push;
  const labelled = (streams ?? []).map(({ labels, entries }) => ({
    labels: textLabels(labels ?? ''),
    entries,
  }));
  for (const { labels, entries } of labelled) {
    for (const each of entries ?? []) {
      const { timestamp: time, line, structuredMetadata } = readNow(each);
      sink.entry(labels, {
        timeNs: (time?.seconds ?? 0n) * 1_000_000_000n + BigInt(time?.nanos ?? 0),
        line: line ?? '',
        metadata: metadataOf((structuredMetadata ?? []).map(({ name, value }) => [name ?? '', value ?? ''])),
      });
      yield;
    }
  }
}

/** The names as Loki spells them: `http.route` is asked for as `http_route`. */
function metadataOf(pairs: readonly (readonly [name: string, value: string])[]): Labels {
  return Object.fromEntries(pairs.map(([name, value]) => [labelName(name), value]));
}

function textLabels(text: string): Labels {
  const labels = parseLabels(text.trim());
  return checked(
    labels,
    `streams: ${JSON.stringify(text.slice(0, 100))} is no set of labels such as {job="x"}`,
  );
}

function checked(labels: Labels | undefined, problem: string): Labels {
  if (labels === undefined) throw new WireError(problem);
  checkLabels(labels);
  return labels;
}

/**
 * Reads a push of JSON, an entry a step: `{"streams":[{"stream":{…},"values":[["<ns>","<line>",{…}]]}]}`.
 *
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
 *
 * @throws {WireError} with nothing handed on when any part of it cannot be read
 */
export function* readJsonPush(text: string, sink: LogSink): Generator<undefined, void> {
  const streams = fieldOf(parseJson(text), 'streams', 'the body');
  if (!Array.isArray(streams)) throw new WireError('streams: expected a list');
  const read: ReadStream[] = [];
  for (const [at, stream] of streams.entries()) {
    const checkedStream = readStream(stream, `streams[${at}]`);
    for (const [place, value] of checkedStream.values.entries()) {
      checkValue(value, checkedStream.path, place);
      yield;
    }
    read.push(checkedStream);
  }
  for (const { labels, values } of read) {
    for (const [time, line, metadata] of values as readonly PushedValue[]) {
      sink.entry(labels, {
        timeNs: BigInt(time),
        line,
        metadata: metadataOf(Object.entries(metadata ?? {})),
      });
      yield;
    }
  }
}

type PushedValue = readonly [time: string, line: string, metadata?: Labels];

interface ReadStream {
  readonly path: string;
  readonly labels: Labels;
  readonly values: readonly unknown[];
}

function readStream(stream: unknown, path: string): ReadStream {
  const labels = checked(texts(fieldOf(stream, 'stream', path), `${path}.stream`), path);
  const values = fieldOf(stream, 'values', path);
  if (!Array.isArray(values)) throw new WireError(`${path}.values: expected a list`);
  return { path, labels, values };
}

function checkValue(value: unknown, path: string, at: number): void {
  const [time, line, metadata] = Array.isArray(value) ? (value as unknown[]) : [];
  if (typeof time !== 'string' || !/^\d{1,19}$/.test(time) || typeof line !== 'string')
    throw new WireError(`${path}.values[${at}]: expected ["<nanoseconds since 1970>", "<line>"]`);
  if (metadata !== undefined) texts(metadata, `${path}.values[${at}][2]`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WireError(`no JSON: ${(error as Error).message}`, { cause: error });
  }
}

function fieldOf(value: unknown, name: string, path: string): unknown {
  if (typeof value !== 'object' || value === null) throw new WireError(`${path}: expected an object`);
  return (value as Record<string, unknown>)[name];
}

function texts(value: unknown, path: string): Labels {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WireError(`${path}: expected an object of texts`);
  for (const [name, each] of Object.entries(value))
    if (typeof each !== 'string') throw new WireError(`${path}.${name}: expected a text`);
  return value as Labels;
}
