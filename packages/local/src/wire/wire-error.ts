/** What was sent cannot be read: the sender's fault, answered with 400. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Messages may hold one another this deep. OTLP's own nest eight deep; the rest is for values within values. */
export const MAX_DEPTH = 64;
