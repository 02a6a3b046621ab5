/** What a 429 of Loki's is about. */
export type Limit =
  /** Bytes in a time. Whether a push fits depends on its size: one above the burst never does. */
  | { readonly kind: 'rate'; readonly bytesPerSecond: number | undefined }
  /** Active streams: as long as others write to theirs, this one is not opened. */
  | { readonly kind: 'streams' };

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/**
 * @param body of an answer with status 429
 * @example readLimit('Per stream rate limit exceeded (limit: 3MB/sec) while …') // 3,145,728 bytes per second
 */
export function readLimit(body: string): Limit {
  if (body.includes('maximum active stream limit exceeded')) return { kind: 'streams' };
  const [, amount, unit = ''] = /\(limit: ([\d.]+) ?([KMG]?)(?:i?B| ?bytes)\/sec\)/.exec(body) ?? [];
  return {
    kind: 'rate',
    bytesPerSecond: amount === undefined ? undefined : Number(amount) * (UNIT_BYTES[unit] ?? 1),
  };
}
