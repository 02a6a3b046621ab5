import { wireFields } from './wire-fields.ts';

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
  for (const outer of wireFields(body)) {
    if (outer.number !== 1 || outer.bytes === undefined) continue;
    for (const inner of wireFields(outer.bytes)) {
      if (inner.number === 1 && inner.bytes === undefined) rejected = countOf(inner.value);
      if (inner.number === 2 && inner.bytes !== undefined) message = inner.bytes.toString('utf8');
    }
  }
  return { rejected, message };
}

function countOf(value: number): number {
  return Number.isSafeInteger(value) && value > 0 ? value : 0;
}
