import type { Censor } from './censor.ts';
import { createLabelPolicy } from './label-policy.ts';
import { labelText } from './label-text.ts';
import type { FamilyDefinition } from './family.ts';
import type { LossCount } from './losses.ts';
import type { SeriesIdentity } from './series.ts';

/** The label sets of a family, bounded in number. */
export interface SeriesTable<Cell> {
  /** The series of a label set, made when it is first asked for; undefined when there is no room for it. */
  get(values: readonly unknown[]): Cell | undefined;
  /** The series for what there is no room for; it is on the page from the first call on. */
  overflow(): Cell;
  remove(values: readonly unknown[]): void;
  /** Takes off what is not among these. */
  keepOnly(cells: Pick<ReadonlySet<Cell>, 'has'>): void;
  /** A copy: series may come and go while a page is written. */
  list(): Cell[];
  /** Label sets, without the overflow series. */
  readonly size: number;
}

export interface SeriesTableSetup<Cell> {
  readonly definition: FamilyDefinition;
  /** Its bound, where it is the one that the service's options give. */
  readonly givenBound: number | undefined;
  readonly censor: Censor;
  readonly make: (identity: SeriesIdentity) => Cell;
  readonly wrongValues: LossCount;
  /** Called each time that a label has no room for a value, or, with undefined, the family none for a label set. */
  readonly onFull: (label: string | undefined) => void;
}

export function createSeriesTable<Cell extends { readonly labelValues: readonly string[] }>({
  definition,
  givenBound,
  censor,
  make,
  wrongValues,
  onFull,
}: SeriesTableSetup<Cell>): SeriesTable<Cell> {
  const { name, labels, seriesBound } = definition;
  const policy = createLabelPolicy(name, labels, givenBound);
  const byLabels = new Map<string, Cell>();
  let overflowing: Cell | undefined;

  /** Only what is not there yet is looked at: what is there holds no secret. */
  function censored(values: readonly string[]): string[] {
    return values.map((value, at) => censor.labelValue(labels[at] ?? '', value));
  }

  function added(values: readonly string[]): Cell | undefined {
    const admission = policy.admit(censored(values));
    if ('refusedBy' in admission) {
      onFull(admission.refusedBy);
      return undefined;
    }
    if (admission.cappedAt !== undefined) onFull(admission.cappedAt);
    const key = keyOf(admission.values);
    // What was admitted may be another set than what was asked for, one that is there already.
    const known = byLabels.get(key);
    if (known === undefined && byLabels.size < seriesBound) {
      const identity = { labelValues: admission.values, overflow: false };
      const cell = make({ ...identity, labelText: labelText(labels, identity), wrongValues });
      byLabels.set(key, cell);
      return cell;
    }
    policy.release(admission.values);
    if (known === undefined) onFull(undefined);
    return known;
  }

  function drop(key: string, cell: Cell): void {
    byLabels.delete(key);
    policy.release(cell.labelValues);
  }

  return {
    get(values) {
      const cleaned = policy.clean(values);
      return byLabels.get(keyOf(cleaned)) ?? added(cleaned);
    },
    overflow() {
      const identity = { labelValues: [], overflow: true };
      return (overflowing ??= make({ ...identity, labelText: labelText(labels, identity), wrongValues }));
    },
    remove(values) {
      const key = keyOf(censored(policy.clean(values)));
      const cell = byLabels.get(key);
      if (cell !== undefined) drop(key, cell);
    },
    keepOnly(cells) {
      for (const [key, cell] of byLabels) if (!cells.has(cell)) drop(key, cell);
      if (overflowing && !cells.has(overflowing)) overflowing = undefined;
    },
    list() {
      const cells = [...byLabels.values()];
      if (overflowing) cells.push(overflowing);
      return cells;
    },
    get size() {
      return byLabels.size;
    },
  };
}

/** Cannot stand in a value: `labelValue` has written it out. */
const SEPARATOR = '\u0000';

/** Labels at the end that have no value take no part: a family whose labels grow finds its older sets again. */
function keyOf(values: readonly string[]): string {
  let { length } = values;
  while (length > 0 && values[length - 1] === '') length--;
  if (length === 1) return values[0] as string;
  let key = '';
  for (let at = 0; at < length; at++) key += (at === 0 ? '' : SEPARATOR) + (values[at] as string);
  return key;
}

/** The label with the most values, and how many it has: mostly the one to blame when there are too many label sets. */
export function widestLabel(
  labels: readonly string[],
  sets: readonly { readonly labelValues: readonly string[] }[],
): { readonly label: string; readonly values: number } {
  let widest = { label: '', values: 0 };
  for (const [at, label] of labels.entries()) {
    const values = new Set(sets.map(({ labelValues }) => labelValues[at] ?? '')).size;
    if (values > widest.values) widest = { label, values };
  }
  return widest;
}
