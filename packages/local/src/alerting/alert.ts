import type { Labels } from '@sightline/query';

/** An alert as Alertmanager has it: one set of labels, firing until it ends. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Since 1970 [ms]. */
  readonly startsAtMs: number;
  /** It is resolved from then on; whoever sends it moves this on while it fires. */
  readonly endsAtMs: number;
  readonly generatorUrl: string;
  /** When it was last heard of. */
  readonly updatedAtMs: number;
}

export function isFiring({ endsAtMs }: Alert, nowMs: number): boolean {
  return endsAtMs > nowMs;
}

/** The same for the same labels, whatever their order: 16 hexadecimal digits. */
export function fingerprintOf(labels: Labels): string {
  let hash = 0xcbf29ce484222325n;
  for (const name of Object.keys(labels).toSorted()) {
    for (const byte of Buffer.from(`${name}\u00ff${labels[name]}\u00ff`, 'latin1')) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
