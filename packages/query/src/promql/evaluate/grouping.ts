import { type LabelSet, labelKey, noLabels, onlyLabels, withoutLabels } from '../label-set.ts';
import type { Budget } from '../budget.ts';
import type { StepMatrix } from '../step-matrix.ts';

/** Which group of an aggregation each row belongs to. */
export interface Grouping {
  /** number[rows]: index of the group. */
  readonly groupOf: Int32Array;
  readonly groups: readonly { readonly labels: LabelSet; readonly dropName: boolean }[];
}

/** Labels of the group that labels belong to. Source: https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators */
export function groupLabels(labels: LabelSet, names: readonly string[], without: boolean): LabelSet {
  if (without) return withoutLabels(labels, [...names, '__name__']);
  return names.length === 0 ? noLabels : onlyLabels(labels, names);
}

export async function groupRows(
  { series }: StepMatrix,
  names: readonly string[],
  without: boolean,
  budget: Budget,
): Promise<Grouping> {
  const groupOf = new Int32Array(series.length);
  const groups: { labels: LabelSet; dropName: boolean }[] = [];
  const known = new Map<string, number>();
  for (const [row, { labels, dropName }] of series.entries()) {
    const target = groupLabels(labels, names, without);
    const key = labelKey(target);
    let group = known.get(key);
    if (group === undefined) {
      group = groups.push({ labels: target, dropName }) - 1;
      known.set(key, group);
    } else if (dropName && groups[group] !== undefined) {
      groups[group] = { labels: target, dropName: true };
    }
    groupOf[row] = group;
    // oxlint-disable-next-line no-await-in-loop -- others work meanwhile
    if (budget.spent(100)) await budget.pause();
  }
  return { groupOf, groups };
}
