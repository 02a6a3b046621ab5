const STALE = 0x7ff0000000000002n;

/** Whether a number's bits are those of Prometheus's stale marker. */
export function isStaleBits(bits: bigint): boolean {
  return bits === STALE;
}
