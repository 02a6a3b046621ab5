import { constants, gzip } from 'node:zlib';
import type { LokiEntry } from './entry.ts';

/** Compresses off the event loop. */
export type Gzip = (plain: Buffer) => Promise<Buffer>;

/** The body of one push. */
export interface PushBody {
  readonly bytes: Buffer;
  readonly encoding: 'gzip' | undefined;
}

/**
 * Encodes entries of one stream as Loki's JSON push wants them, and compresses that.
 *
 * One stream a push: of several, Loki tells only how the last one fared. Where an earlier one was over its rate, too
 * far behind or one too many, the answer is 204 and the lines are gone.
 *
 * @param metadata false: without structured metadata
 * @param instance value of the label `service_instance_id`, for a stream of this process alone; by default the stream's own labels
 */
export async function encodeBody(
  entries: readonly LokiEntry[],
  metadata: boolean,
  compress: Gzip,
  instance?: string,
): Promise<PushBody> {
  const values = entries.map(({ valueJson }) => (metadata ? valueJson : withoutMetadata(valueJson)));
  const labelsJson = entries[0]?.labelsJson ?? '{}';
  const stream = instance === undefined ? labelsJson : withInstance(labelsJson, instance);
  const plain = Buffer.from(`{"streams":[{"stream":${stream},"values":[${values.join(',')}]}]}`);
  try {
    return { bytes: await compress(plain), encoding: 'gzip' };
  } catch {
    // Without memory for zlib the lines still go, as they are.
    return { bytes: plain, encoding: undefined };
  }
}

function withInstance(labelsJson: string, instance: string): string {
  // What the app calls so is its own.
  return JSON.stringify({ service_instance_id: instance, ...(JSON.parse(labelsJson) as object) });
}

/** Shares entries out by stream, in their order within each. */
export function byStream(entries: readonly LokiEntry[]): LokiEntry[][] {
  const streams = new Map<string, LokiEntry[]>();
  for (const entry of entries) {
    const found = streams.get(entry.labelsJson);
    if (found) found.push(entry);
    else streams.set(entry.labelsJson, [entry]);
  }
  return [...streams.values()];
}

function withoutMetadata(valueJson: string): string {
  if (!valueJson.endsWith('}]')) return valueJson;
  const [time, line] = JSON.parse(valueJson) as [time: string, line: string];
  return JSON.stringify([time, line]);
}

/**
 * Level 1: a megabyte of request lines with random ids shrinks 5.4-fold in 5 ms; level 6 takes 8 ms for 5.8-fold.
 */
export function gzipFast(plain: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(plain, { level: constants.Z_BEST_SPEED }, (error, packed) =>
      error ? reject(error) : resolve(packed),
    );
  });
}
