import type { LabelMatcher } from '../../labels.ts';
import { type LabelSet, noLabels, withLabel, withoutLabels } from '../label-set.ts';
import type { Plan } from '../plan-node.ts';
import { createMatrixBuilder, NOTHING, type StepMatrix } from '../step-matrix.ts';

/** 1 at each step at which no series has a value, with the labels that a selector asks for. */
export function absent(asked: Plan, matrix: StepMatrix): StepMatrix {
  const { steps } = matrix;
  const builder = createMatrixBuilder(steps, 1);
  const row = builder.addRow({ labels: absentLabels(asked), dropName: false }) * steps;
  for (let step = 0; step < steps; step += 1) {
    if (isAbsent(matrix, step)) builder.setFloat(row + step, 1);
  }
  builder.dropLastRowIfEmpty();
  return builder.build();
}

export function absentOverTime(asked: Plan, matrix: StepMatrix): StepMatrix {
  return absent(asked, matrix);
}

function isAbsent({ series, steps, kinds }: StepMatrix, step: number): boolean {
  for (let row = 0; row < series.length; row += 1) {
    if (kinds[row * steps + step] !== NOTHING) return false;
  }
  return true;
}

function absentLabels(asked: Plan): LabelSet {
  const matchers = selectorMatchers(asked);
  const seen = new Set<string>();
  let labels = noLabels;
  for (const { name, op, value } of matchers) {
    if (name === '__name__') continue;
    // What is asked for twice, or not by one value, is no label that the missing series would have.
    if (op === '=' && !seen.has(name)) {
      labels = withLabel(labels, name, value);
      seen.add(name);
    } else {
      labels = withoutLabels(labels, [name]);
    }
  }
  return labels;
}

function selectorMatchers(asked: Plan): readonly LabelMatcher[] {
  if (asked.kind === 'selector') return asked.matchers;
  return asked.kind === 'range' ? asked.selector.matchers : [];
}
