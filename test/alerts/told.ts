import type { WatchedShop } from './watched-shop.ts';

function nameOf({ labels }: WatchedShop['notifications'][number]['alerts'][number]): string {
  return `${labels['alertname']} ${labels['service'] ?? ''}`;
}

/** Everything that notifications from an index on said was firing. */
export function toldSince({ notifications }: WatchedShop, from: number): readonly string[] {
  const alerts = notifications.slice(from).flatMap((notification) => notification.alerts);
  return [...new Set(alerts.filter(({ status }) => status === 'firing').map(nameOf))];
}

/** What the last notification about an alert said of it. */
export function lastStatus({ notifications }: WatchedShop, alert: string): string | undefined {
  return notifications
    .flatMap((notification) => notification.alerts)
    .findLast((each) => nameOf(each) === alert)?.status;
}

/** When an alert, or one of several with `or` between them, was first told of since a notification [ms]. */
export function toldAtMs(
  { notifications }: WatchedShop,
  from: number,
  alert: string,
  status: 'firing' | 'resolved',
): number {
  const names = alert.split(' or ');
  const isOfIt = ({ alerts }: WatchedShop['notifications'][number]): boolean =>
    alerts.some((each) => each.status === status && names.includes(nameOf(each)));
  const since = notifications.slice(from);
  const notification = status === 'firing' ? since.find(isOfIt) : since.findLast(isOfIt);
  return notification?.atMs ?? Number.NaN;
}

/** Alerts of which a group told again, with nothing new and without an end in between. */
export function firingTwice({ notifications }: WatchedShop, from: number): readonly string[] {
  const sizes = new Map<string, number>();
  const twice: string[] = [];
  for (const { groupKey, status, alerts } of notifications.slice(from)) {
    const firing = alerts.filter((alert) => alert.status === 'firing');
    const [first] = firing;
    const isSame = firing.length === alerts.length && sizes.get(groupKey) === alerts.length;
    if (status === 'firing' && first !== undefined && isSame) twice.push(nameOf(first));
    sizes.set(groupKey, status === 'resolved' ? 0 : firing.length);
  }
  return twice;
}
