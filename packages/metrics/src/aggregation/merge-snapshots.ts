/* oxlint-disable no-await-in-loop -- that is the point: one slice a turn */
import type { FamilySnapshot } from '../family.ts';
import { createPacer, inSlices } from '../pacer.ts';
import { mergeFamily, mergeSteps } from './merge-family.ts';

/** What some process or thread has on its page. */
export type Snapshot = readonly FamilySnapshot[];

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

/** The same, in slices of a few milliseconds between which the event loop is free. */
export async function mergeSnapshotsInSlices(
  snapshots: readonly Snapshot[],
  onConflict?: (name: string) => void,
): Promise<FamilySnapshot[]> {
  const families: FamilySnapshot[] = [];
  const pacer = createPacer();
  for (const parts of byName(snapshots, onConflict).values()) {
    if (pacer.isDue()) await pacer.turn();
    const [first] = parts;
    if (parts.length === 1 && first) families.push(first);
    else families.push(await inSlices(mergeSteps(parts), pacer));
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
