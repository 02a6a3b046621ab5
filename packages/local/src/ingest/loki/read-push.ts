import { parseLabels } from '../scrape/parse-series.ts';
import type { Labels } from '@sightline/query';
import { messageShape } from '../../wire/shape.ts';
import { readProtobuf } from '../../wire/read-protobuf.ts';
import { uncompressSnappy } from '../../wire/snappy.ts';
import { WireError } from '../../wire/wire-error.ts';
import type { LogSink } from '../log-sink.ts';

/** Loki's push message. Source: grafana/loki, pkg/push/push.proto */
const timestamp = messageShape({ seconds: [1, 'int64'], nanos: [2, 'uint32'] });
const labelPair = messageShape({ name: [1, 'string'], value: [2, 'string'] });
const pushRequest = messageShape({
  streams: [
    1,
    [
      messageShape({
        labels: [1, 'string'],
        entries: [
          2,
          [
            messageShape({
              timestamp: [1, timestamp],
              line: [2, 'string'],
              structuredMetadata: [3, [labelPair]],
            }),
          ],
        ],
      }),
    ],
  ],
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
 * Reads a push of protobuf, compressed by snappy.
 *
 * @throws {WireError} with nothing handed on when any part of it cannot be read
 */
export function readProtobufPush(bytes: Uint8Array, maxBytes: number, sink: LogSink): void {
  const { streams } = readProtobuf(pushRequest, uncompressSnappy(bytes, maxBytes)) as Push;
  const labelled = (streams ?? []).map(({ labels, entries }) => ({
    labels: textLabels(labels ?? ''),
    entries,
  }));
  for (const { labels, entries } of labelled) {
    for (const { timestamp: time, line, structuredMetadata } of entries ?? []) {
      sink.entry(labels, {
        timeNs: (time?.seconds ?? 0n) * 1_000_000_000n + BigInt(time?.nanos ?? 0),
        line: line ?? '',
        metadata: Object.fromEntries(
          (structuredMetadata ?? []).map(({ name, value }) => [name ?? '', value ?? '']),
        ),
      });
    }
  }
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
  if (Object.keys(labels).length === 0) throw new WireError('streams: a stream needs at least one label');
  return labels;
}

/**
 * Reads a push of JSON: `{"streams":[{"stream":{…},"values":[["<ns>","<line>",{…}]]}]}`.
 *
 * Source: https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs
 *
 * @throws {WireError} with nothing handed on when any part of it cannot be read
 */
export function readJsonPush(text: string, sink: LogSink): void {
  const streams = fieldOf(parseJson(text), 'streams', 'the body');
  if (!Array.isArray(streams)) throw new WireError('streams: expected a list');
  const read = streams.map((stream, at) => readStream(stream, `streams[${at}]`));
  for (const { labels, entries } of read) for (const entry of entries) sink.entry(labels, entry);
}

function readStream(
  stream: unknown,
  path: string,
): { labels: Labels; entries: Parameters<LogSink['entry']>[1][] } {
  const labels = checked(texts(fieldOf(stream, 'stream', path), `${path}.stream`), path);
  const values = fieldOf(stream, 'values', path);
  if (!Array.isArray(values)) throw new WireError(`${path}.values: expected a list`);
  const entries = values.map((value: unknown, at) => {
    const [time, line, metadata] = Array.isArray(value) ? (value as unknown[]) : [];
    if (typeof time !== 'string' || !/^\d{1,19}$/.test(time) || typeof line !== 'string')
      throw new WireError(`${path}.values[${at}]: expected ["<nanoseconds since 1970>", "<line>"]`);
    return {
      timeNs: BigInt(time),
      line,
      metadata: metadata === undefined ? {} : texts(metadata, `${path}.values[${at}][2]`),
    };
  });
  return { labels, entries };
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
