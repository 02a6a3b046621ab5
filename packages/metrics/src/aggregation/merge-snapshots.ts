import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FamilySnapshot } from '../family.ts';
import { mergeFamily } from './merge-family.ts';

/** What some process or thread has on its page. */
export type Snapshot = readonly FamilySnapshot[];

/** Series that are merged before the event loop gets its turn; about 2 ms. */
const SLICE_SERIES = 2000;

/**
 * The snapshots of several processes or threads as one, family by family in the order in which they first appear.
 *
 * For counters, histograms and gauges that add up, neither the order nor the grouping of the snapshots matters, save for
 * the rounding of fractions. A family whose type differs from the first one's of that name cannot be added to it.
 *
 * @param onConflict told the name of each family that was left out because its type differs
 */
export function mergeSnapshots(
  snapshots: readonly Snapshot[],
  onConflict?: (name: string) => void,
): FamilySnapshot[] {
  return Array.from(byName(snapshots, onConflict).values(), merged);
}

/** The same, with the event loop free every few thousand series. */
export async function mergeSnapshotsInSlices(
  snapshots: readonly Snapshot[],
  onConflict?: (name: string) => void,
): Promise<FamilySnapshot[]> {
  const families: FamilySnapshot[] = [];
  let sinceTurn = 0;
  for (const parts of byName(snapshots, onConflict).values()) {
    for (const { series } of parts) sinceTurn += series.length;
    if (sinceTurn > SLICE_SERIES) {
      // oxlint-disable-next-line no-await-in-loop -- that is the point: one slice a turn
      await nextTurn();
      sinceTurn = 0;
    }
    families.push(merged(parts));
  }
  return families;
}

function merged(parts: readonly FamilySnapshot[]): FamilySnapshot {
  const [first] = parts;
  return parts.length === 1 && first ? first : mergeFamily(parts);
}

function byName(
  snapshots: readonly Snapshot[],
  onConflict: ((name: string) => void) | undefined,
): Map<string, FamilySnapshot[]> {
  const families = new Map<string, FamilySnapshot[]>();
  for (const snapshot of snapshots) {
    for (const family of snapshot) {
      const { name, type } = family.definition;
      const parts = families.get(name);
      if (parts === undefined) families.set(name, [family]);
      else if (parts[0]?.definition.type === type) parts.push(family);
      else onConflict?.(name);
    }
  }
  return families;
}
