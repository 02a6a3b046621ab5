import type { FoundTrace } from '../../api/tempo.ts';

export interface SimilarTraces {
  /** The fastest first. */
  readonly faster: readonly FoundTrace[];
  /** The slowest first. */
  readonly slower: readonly FoundTrace[];
  /** The newest first. */
  readonly failed: readonly FoundTrace[];
}

const SHOWN = 5;

/** Of traces of the same operation, those that tell most beside one of them: the far ends, and those that failed. */
export function similarTraces(
  found: readonly FoundTrace[],
  { id, durationMs }: { readonly id: string; readonly durationMs: number },
): SimilarTraces {
  const others = found.filter((trace) => trace.id !== id);
  const byDuration = others.toSorted((one, other) => one.durationMs - other.durationMs);
  return {
    faster: byDuration
      .filter((trace) => trace.errors === 0 && trace.durationMs <= durationMs)
      .slice(0, SHOWN),
    slower: byDuration
      .filter((trace) => trace.durationMs > durationMs)
      .toReversed()
      .slice(0, SHOWN),
    failed: others.filter(({ errors }) => errors > 0).slice(0, SHOWN),
  };
}
