import type { LabelSet } from './label-set.ts';
import { xxHash64 } from './xx-hash.ts';

/** The hash that Prometheus has of labels. */
export function labelHash({ names, values }: Pick<LabelSet, 'names' | 'values'>): bigint {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  const push = (text: string): void => {
    const encoded = encoder.encode(text);
    // Up to 254 bytes one byte says how many follow, else four.
    if (encoded.length < 255) bytes.push(encoded.length);
    else bytes.push(255, encoded.length & 255, (encoded.length >> 8) & 255, (encoded.length >> 16) & 255);
    bytes.push(...encoded);
  };
  names.forEach((name, index) => {
    push(name);
    push(values[index]!);
  });
  return xxHash64(Uint8Array.from(bytes));
}

/** Where the hash of labels lies among all hashes, 0 to 1, so that `limit_ratio` chooses the same series as Prometheus. */
export function labelHashRatio(labels: LabelSet): number {
  return Number(labelHash(labels)) / 2 ** 64;
}
