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

export interface Inhibitor {
  /** By what an alert is inhibited: one alert for each rule, as one is enough. */
  by(alert: Alert, nowMs: number): readonly string[];
  /** To be called when alerts have come, changed or gone. */
  forget(): void;
}

/** Alerts of a rule that may inhibit others, by the labels that these must have alike. */
interface Sources {
  readonly all: ReadonlyMap<string, readonly Alert[]>;
  /** Those that are no target of the rule. */
  readonly alone: ReadonlyMap<string, readonly Alert[]>;
}

/** @param all every alert, when it is called */
export function createInhibitor(rules: readonly InhibitRule[], all: () => Iterable<Alert>): Inhibitor {
  const compiled = rules.map(({ sourceMatchers, targetMatchers, equal }) => ({
    equal,
    isSource: everyOf(sourceMatchers),
    isTarget: everyOf(targetMatchers),
  }));
  /** Of each rule; thousands of alerts are not compared each with all others. */
  let known: readonly Sources[] | undefined;

  function find(): readonly Sources[] {
    const alerts = [...all()];
    return compiled.map(({ equal, isSource, isTarget }) => {
      const sources = alerts.filter(({ labels }) => isSource(labels));
      const keyOf = ({ labels }: Alert): string => alike(labels, equal);
      return {
        all: Map.groupBy(sources, keyOf),
        alone: Map.groupBy(
          sources.filter(({ labels }) => !isTarget(labels)),
          keyOf,
        ),
      };
    });
  }

  return {
    by(alert, nowMs) {
      known ??= find();
      const by = new Set<string>();
      for (const [at, { equal, isSource, isTarget }] of compiled.entries()) {
        if (!isTarget(alert.labels)) continue;
        // What is both a source and a target is not inhibited by what is both as well: two would silence one another.
        const sources = isSource(alert.labels) ? known[at]!.alone : known[at]!.all;
        const found = sources.get(alike(alert.labels, equal))?.find((source) => isFiring(source, nowMs));
        if (found !== undefined) by.add(fingerprintOf(found.labels));
      }
      return [...by];
    },
    forget() {
      known = undefined;
    },
  };
}

function alike(labels: Labels, equal: readonly string[]): string {
  return JSON.stringify(equal.map((name) => ownLabel(labels, name)));
}

function everyOf(matchers: readonly LabelMatcher[]): (labels: Labels) => boolean {
  const tests = matchers.map(compileMatcher);
  return (labels) => tests.every((fits) => fits(labels));
}
