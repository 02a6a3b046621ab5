import type { CurrentAlert } from './current-alerts.ts';

/** Alerts of one rule about one service: one matter for a person, however many series it has. */
export interface AlertGroup {
  readonly key: string;
  /** The worst of them. */
  readonly first: CurrentAlert;
  readonly others: readonly CurrentAlert[];
  /** Names of labels whose values differ within the group: `window`, `instance`. */
  readonly differing: readonly string[];
}

/** In the order of the worst of each group, which is the order they come in. */
export function groupAlerts(alerts: readonly CurrentAlert[]): readonly AlertGroup[] {
  const groups = Map.groupBy(alerts, ({ name, labels, state }) =>
    JSON.stringify([name, labels['service'] ?? labels['job'] ?? '', state]),
  );
  return [...groups].flatMap(([key, [first, ...others]]) =>
    first === undefined ? [] : [{ key, first, others, differing: differingLabels([first, ...others]) }],
  );
}

function differingLabels(alerts: readonly CurrentAlert[]): readonly string[] {
  const names = new Set(alerts.flatMap(({ labels }) => Object.keys(labels)));
  return [...names].filter((name) => new Set(alerts.map(({ labels }) => labels[name])).size > 1);
}
