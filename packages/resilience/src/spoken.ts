/** A kind as it is read in a sentence: `circuit breaker`. */
export function spoken(kind: string): string {
  return kind.replaceAll('_', ' ');
}
