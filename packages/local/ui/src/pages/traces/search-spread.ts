import { type FoundTrace, searchTraces } from '../../api/tempo.ts';

interface Search {
  readonly query: string;
  readonly limit: number;
  readonly startMs: number;
  readonly endMs: number;
}

export interface SpreadTraces {
  readonly traces: readonly FoundTrace[];
  /** Not all of them are here. */
  readonly isMore: boolean;
}

const SLICES = 10;
/** Below a slice of so many there is nothing to spread [ms]. */
const LEAST_SLICE_MS = 1000;

/**
 * The newest traces, and where there are more than the limit some of the time before as well: the newest hundred of a busy
 * service are of the last seconds, which does not tell since when something is as it is.
 */
export async function searchSpread(search: Search, signal?: AbortSignal): Promise<SpreadTraces> {
  const newest = await searchTraces(search, signal);
  const firstMs = newest.at(-1)?.startMs ?? search.startMs;
  const slices = newest.length < search.limit ? [] : slicesBefore(search.startMs, firstMs);
  const earlier = await Promise.all(
    slices.map((slice) =>
      searchTraces({ ...search, ...slice, limit: Math.ceil(search.limit / SLICES) }, signal),
    ),
  );
  const byId = new Map([...newest, ...earlier.flat()].map((trace) => [trace.id, trace]));
  return {
    traces: [...byId.values()].toSorted((one, other) => other.startMs - one.startMs),
    isMore: newest.length >= search.limit,
  };
}

/** Equal parts of the time before; none where it is short. */
export function slicesBefore(
  startMs: number,
  endMs: number,
): readonly { readonly startMs: number; readonly endMs: number }[] {
  const lengthMs = (endMs - startMs) / SLICES;
  if (lengthMs < LEAST_SLICE_MS) return [];
  return Array.from({ length: SLICES }, (_, index) => ({
    startMs: startMs + index * lengthMs,
    endMs: startMs + (index + 1) * lengthMs,
  }));
}
