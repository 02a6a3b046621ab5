/**
 * Keeps the process up for whoever waits for a flush, which nothing else does: neither a thread nor a wait for a reader.
 *
 * @param maxMs longest [ms], so that a backend that hangs does not keep it
 * @returns lets it go
 */
export function holdProcess(maxMs: number): () => void {
  const timer = setTimeout(() => {}, maxMs);
  return () => clearTimeout(timer);
}
