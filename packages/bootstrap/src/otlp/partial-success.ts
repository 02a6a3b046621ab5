/** What a collector says that it did not take of what it took. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const NOTHING_REJECTED: PartialSuccess = { rejected: 0, message: '' };

/**
 * Reads the answer to an export: of all three signals, field 1 is the partial success, whose field 1 is how many items
 * were rejected and whose field 2 says why. What is neither protobuf nor JSON of that shape says nothing.
 *
 * Source: https://opentelemetry.io/docs/specs/otlp/#partial-success
 */
export function readPartialSuccess(contentType: string | undefined, body: Buffer): PartialSuccess {
  if (body.length === 0) return NOTHING_REJECTED;
  try {
    return /^application\/json\b/i.test(contentType ?? '') ? fromJson(body) : fromProtobuf(body);
  } catch {
    return NOTHING_REJECTED;
  }
}

function fromJson(body: Buffer): PartialSuccess {
  const answer = JSON.parse(body.toString('utf8')) as { partialSuccess?: Record<string, unknown> } | null;
  const partial = answer?.partialSuccess;
  if (typeof partial !== 'object' || partial === null) return NOTHING_REJECTED;
  const count = Number(
    partial['rejectedSpans'] ?? partial['rejectedDataPoints'] ?? partial['rejectedLogRecords'] ?? 0,
  );
  const message = partial['errorMessage'];
  return { rejected: countOf(count), message: typeof message === 'string' ? message : '' };
}

function fromProtobuf(body: Buffer): PartialSuccess {
  let rejected = 0;
  let message = '';
  for (const outer of fields(body)) {
    if (outer.number !== 1 || outer.bytes === undefined) continue;
    for (const inner of fields(outer.bytes)) {
      if (inner.number === 1 && inner.bytes === undefined) rejected = countOf(inner.value);
      if (inner.number === 2 && inner.bytes !== undefined) message = inner.bytes.toString('utf8');
    }
  }
  return { rejected, message };
}

function countOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}

interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Buffer | undefined;
}

/** @throws {RangeError} when the bytes are no message */
function* fields(bytes: Buffer): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint(), bytes: undefined };
        break;
      case 1:
        at += 8;
        break;
      case 2: {
        const length = varint();
        if (at + length > bytes.length) throw new RangeError('a field is longer than the message');
        yield { number, value: 0, bytes: bytes.subarray(at, at + length) };
        at += length;
        break;
      }
      case 5:
        at += 4;
        break;
      default:
        throw new RangeError('no such wire type');
    }
  }
}
