import type { Labels } from '@sightline/query';
import type { LabelMatcher } from '@sightline/query';
import { compileMatcher } from '../store/compiled-matcher.ts';

/** Where alerts go, with everything that a parent left to its children filled in. */
export interface RouteNode {
  /** Its place in the tree: `route.routes[0]`. */
  readonly id: string;
  /** As receivers are told it, the same for siblings that take the same alerts: `{}/{severity="critical"}`. */
  readonly key: string;
  readonly matchers: readonly LabelMatcher[];
  readonly receiver: string;
  /** Undefined: by all labels. */
  readonly groupBy: readonly string[] | undefined;
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** Whether the siblings behind it are asked as well. */
  readonly continues: boolean;
  readonly routes: readonly RouteNode[];
}

/** The routes of the tree that take an alert: the deepest that fit, or the one above when none of its children does. */
export function routesOf(root: RouteNode, labels: Labels): readonly RouteNode[] {
  if (!root.matchers.every((matcher) => compileMatcher(matcher)(labels))) return [];
  const found: RouteNode[] = [];
  for (const child of root.routes) {
    const taken = routesOf(child, labels);
    found.push(...taken);
    if (taken.length > 0 && !child.continues) break;
  }
  return found.length > 0 ? found : [root];
}

/** The labels by which a route groups alerts, of one alert. */
export function groupLabelsOf({ groupBy }: RouteNode, labels: Labels): Labels {
  if (groupBy === undefined) return labels;
  return Object.fromEntries(
    groupBy.filter((name) => Object.hasOwn(labels, name)).map((name) => [name, labels[name]!]),
  );
}
