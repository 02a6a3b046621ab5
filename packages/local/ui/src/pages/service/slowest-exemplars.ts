import type { Exemplar } from '../../api/prometheus.ts';

/** Exemplars that have a trace: of every part of the time range the slowest, which is the one that is looked for. */
export function slowestOfEach(
  exemplars: readonly Exemplar[],
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
  parts: number,
): readonly Exemplar[] {
  const slowest = new Map<number, Exemplar>();
  for (const exemplar of exemplars) {
    if (!/^[0-9a-f]{16,32}$/i.test(exemplar.labels['trace_id'] ?? '')) continue;
    const part = Math.floor(((exemplar.timeMs - startMs) / (endMs - startMs)) * parts);
    if (part >= 0 && part <= parts && exemplar.value > (slowest.get(part)?.value ?? -Infinity))
      slowest.set(part, exemplar);
  }
  return [...slowest.values()];
}
