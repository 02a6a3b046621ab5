import type { FloatHistogram } from '@sightline/query/promql';
import { writeStaleMarker } from '@sightline/query/promql';
import { LENGTH_MS, START_MS, type TestSeries } from '../../packages/query/test/promql/data.ts';

/** A message of protobuf as it is written. Source: https://protobuf.dev/programming-guides/encoding/ */
interface Message {
  readonly bytes: number[];
  varint(field: number, value: bigint): void;
  double(field: number, value: number | undefined): void;
  text(field: number, value: string): void;
  message(field: number, write: (inner: Message) => void): void;
  doubles(field: number, values: Float64Array): void;
}

function varintBytes(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return bytes;
}

/** Bytes of a double; undefined is the stale marker. */
function doubleBytes(value: number | undefined): Uint8Array {
  const values = new Float64Array(1);
  if (value === undefined) writeStaleMarker(values, 0);
  else values[0] = value;
  return new Uint8Array(values.buffer);
}

function createMessage(): Message {
  const bytes: number[] = [];
  const tag = (field: number, type: number): void =>
    void bytes.push(...varintBytes(BigInt(field * 8 + type)));
  const block = (field: number, content: ArrayLike<number>): void => {
    tag(field, 2);
    bytes.push(...varintBytes(BigInt(content.length)));
    for (let at = 0; at < content.length; at += 1) bytes.push(content[at] ?? 0);
  };
  return {
    bytes,
    varint(field, value) {
      tag(field, 0);
      bytes.push(...varintBytes(value));
    },
    double(field, value) {
      tag(field, 1);
      bytes.push(...doubleBytes(value));
    },
    text: (field, value) => block(field, new TextEncoder().encode(value)),
    message(field, write) {
      const inner = createMessage();
      write(inner);
      block(field, inner.bytes);
    },
    doubles: (field, values) => block(field, new Uint8Array(values.slice().buffer)),
  };
}

function zigZag(value: number): bigint {
  return BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
}

const hints = { unknown: 0n, reset: 1n, 'not-reset': 2n, gauge: 3n };

/** Source: https://github.com/prometheus/prometheus/blob/main/prompb/types.proto, message Histogram */
function writeHistogram(message: Message, histogram: FloatHistogram | undefined, timeMs: number): void {
  if (histogram === undefined) {
    // The end of a series of histograms is one whose sum is the stale marker.
    message.double(2, 0);
    message.double(3, undefined);
    message.double(7, 0);
    message.varint(15, BigInt(timeMs));
    return;
  }
  message.double(2, histogram.count);
  message.double(3, histogram.sum);
  message.varint(4, zigZag(histogram.schema));
  message.double(5, histogram.zeroThreshold);
  message.double(7, histogram.zeroCount);
  for (const [field, spans] of [
    [8, histogram.negativeSpans],
    [11, histogram.positiveSpans],
  ] as const) {
    for (const { offset, length } of spans) {
      message.message(field, (span) => {
        span.varint(1, zigZag(offset));
        span.varint(2, BigInt(length));
      });
    }
  }
  message.doubles(10, histogram.negativeBuckets);
  message.doubles(13, histogram.positiveBuckets);
  message.varint(14, hints[histogram.counterReset]);
  message.varint(15, BigInt(timeMs));
  if (histogram.customValues.length > 0) message.doubles(16, histogram.customValues);
}

/** A block of Snappy that holds its bytes as they are. Source: https://github.com/google/snappy/blob/main/format_description.txt */
function snappy(bytes: readonly number[]): Uint8Array<ArrayBuffer> {
  const out = varintBytes(BigInt(bytes.length));
  for (let at = 0; at < bytes.length; at += 65_536) {
    const piece = bytes.slice(at, at + 65_536);
    out.push(61 << 2, (piece.length - 1) & 255, (piece.length - 1) >> 8, ...piece);
  }
  return Uint8Array.from(out);
}

/** A Prometheus keeps series in the order in which it got them, and which of equal ones `topk` takes depends on it. */
function byLabels({ labels: left }: TestSeries, { labels: right }: TestSeries): number {
  const [a, b] = [left, right].map((labels) =>
    Object.entries(labels)
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .flat()
      .join('\0'),
  );
  return (a ?? '') < (b ?? '') ? -1 : 1;
}

function requestOf(series: readonly TestSeries[], fromMs: number, toMs: number): readonly number[] {
  const request = createMessage();
  for (const { labels, samples } of series.toSorted(byLabels)) {
    const isNative = samples.some(({ value }) => typeof value === 'object');
    const due = samples.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
    if (due.length === 0) continue;
    request.message(1, (message) => {
      for (const name of Object.keys(labels).toSorted((left, right) => (left < right ? -1 : 1))) {
        message.message(1, (label) => {
          label.text(1, name);
          label.text(2, labels[name] ?? '');
        });
      }
      for (const { timeMs, value } of due) {
        if (typeof value === 'object' || (isNative && value === undefined)) {
          message.message(4, (histogram) => writeHistogram(histogram, value, timeMs));
        } else {
          message.message(2, (sample) => {
            sample.double(1, value);
            sample.varint(2, BigInt(timeMs));
          });
        }
      }
    });
  }
  return request.bytes;
}

/** Sends series to a Prometheus in the order of time, so that no sample is too old for it. */
export async function remoteWrite(url: string, series: readonly TestSeries[]): Promise<void> {
  const pieceMs = 600_000;
  for (let fromMs = START_MS; fromMs < START_MS + LENGTH_MS; fromMs += pieceMs) {
    // oxlint-disable-next-line no-await-in-loop -- in the order of time
    const response = await fetch(`${url}/api/v1/write`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-protobuf',
        'content-encoding': 'snappy',
        'x-prometheus-remote-write-version': '0.1.0',
      },
      body: snappy(requestOf(series, fromMs, fromMs + pieceMs)),
    });
    // oxlint-disable-next-line no-await-in-loop -- the same
    if (!response.ok) throw new Error(`remote write: ${response.status} ${await response.text()}`);
  }
}
