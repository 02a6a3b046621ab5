import { type LabelMatcher, type Labels, ownLabel } from '@sightline/query';
import { compileMatcher } from '../store/compiled-matcher.ts';
import { type Alert, fingerprintOf, isFiring } from './alert.ts';

/** While one alert fires, others that follow from it are not told. */
export interface InhibitRule {
  readonly sourceMatchers: readonly LabelMatcher[];
  readonly targetMatchers: readonly LabelMatcher[];
  /** Labels that both must have alike; one that neither has is alike. */
  readonly equal: readonly string[];
}

/** Finds what an alert is inhibited by. */
export type Inhibitor = (alert: Alert, all: Iterable<Alert>, nowMs: number) => readonly string[];

export function createInhibitor(rules: readonly InhibitRule[]): Inhibitor {
  const compiled = rules.map(({ sourceMatchers, targetMatchers, equal }) => ({
    equal,
    isSource: everyOf(sourceMatchers),
    isTarget: everyOf(targetMatchers),
  }));

  return (alert, all, nowMs) => {
    const by = new Set<string>();
    for (const { isSource, isTarget, equal } of compiled) {
      if (!isTarget(alert.labels)) continue;
      // What is both a source and a target is not inhibited by what is both as well: two would silence one another.
      const isBoth = isSource(alert.labels);
      for (const source of all) {
        if (!isFiring(source, nowMs) || !isSource(source.labels)) continue;
        if (isBoth && isTarget(source.labels)) continue;
        if (equal.every((name) => ownLabel(source.labels, name) === ownLabel(alert.labels, name))) {
          by.add(fingerprintOf(source.labels));
        }
      }
    }
    return [...by];
  };
}

function everyOf(matchers: readonly LabelMatcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((fits) => fits(labels));
}
