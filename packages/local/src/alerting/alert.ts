import type { Labels } from '@sightline/query';

/** An alert as Alertmanager has it: one set of labels, firing until it ends. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** Since 1970 [ms]. */
  readonly startsAtMs: number;
  /** It is resolved from then on; whoever sends it moves this on while it fires. */
  readonly endsAtMs: number;
  /** Nobody has said when it ends: it is over after the resolve timeout, unless it is sent again. */
  readonly endsByTimeout: boolean;
  readonly generatorUrl: string;
  /** When it was last heard of. */
  readonly updatedAtMs: number;
}

export function isFiring({ endsAtMs }: Alert, nowMs: number): boolean {
  return endsAtMs > nowMs;
}

const SEPARATOR = 0xff;

/**
 * The same for the same labels, whatever their order: 16 hexadecimal digits, and those that Alertmanager has for them.
 *
 * Source: prometheus/common, model/signature.go: FNV-1a of 64 bits over names and values in the order of the names
 */
export function fingerprintOf(labels: Labels): string {
  let hash = 0xcbf29ce484222325n;
  const add = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  };
  for (const name of Object.keys(labels).toSorted()) {
    for (const text of [name, labels[name]!]) {
      for (const byte of Buffer.from(text)) add(byte);
      add(SEPARATOR);
    }
  }
  return hash.toString(16).padStart(16, '0');
}
