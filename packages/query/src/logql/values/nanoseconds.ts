/** A time from milliseconds [ns]; a part of a millisecond is kept as far as the number has it. */
export function nanosecondsFromMs(timeMs: number): bigint {
  const whole = Math.floor(timeMs);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((timeMs - whole) * 1e6));
}

/** Milliseconds of a time, rounded down. */
export function msFromNanoseconds(timeNs: bigint): number {
  return Number(timeNs / 1_000_000n);
}
