import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ScriptedIncident, scriptedIncidents } from './alerts/incidents.ts';
import { type WatchedShop, openWatchedShop } from './alerts/watched-shop.ts';
import { type DebianProgram, debianProgram } from './servers/debian.ts';

/** All incidents, some two minutes of them; otherwise those that are marked for it. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** Normal load that nobody is told of [ms]: 15 minutes at the scale of the rules here, or 5. */
const QUIET_MS = isLong ? 18_000 : 6000;
/** Longest time from a fault to the last of its notifications, and from its end to the end of all of them [ms]. */
const TOLD_MS = 45_000;
/** What a busy machine is given until everything has started [ms]. */
const START_MS = 300_000;

const programs: Readonly<Record<'prometheus' | 'alertmanager', DebianProgram>> = {
  prometheus: { program: 'prometheus', package: 'prometheus', release: 'sid' },
  alertmanager: { program: 'prometheus-alertmanager', package: 'prometheus-alertmanager', release: 'sid' },
};

let watched: WatchedShop | undefined;
let missing = '';

beforeAll(async () => {
  const prometheus = await debianProgram(programs.prometheus);
  const alertmanager = await debianProgram(programs.alertmanager);
  const without = [prometheus, alertmanager].flatMap((found) => ('missing' in found ? [found.missing] : []));
  missing = without.join('; ');
  if ('path' in prometheus && 'path' in alertmanager) {
    watched = await openWatchedShop({ prometheus: prometheus.path, alertmanager: alertmanager.path });
  }
}, START_MS);

afterAll(async () => {
  await watched?.close();
}, 60_000);

/** The shop, or the test is skipped with the reason. */
function shopOr(skip: (reason: string) => never): WatchedShop {
  return watched ?? skip(missing);
}

async function begin({ fault }: ScriptedIncident, { shop, kill, order, crash }: WatchedShop): Promise<void> {
  if ('killed' in fault) await kill(fault.killed);
  else if ('payments' in fault) shop.payments.send({ incident: fault.payments });
  else if ('worker' in fault) await order(fault.worker);
  else {
    // oxlint-disable-next-line no-await-in-loop -- one crash after the other
    for (let crashes = 0; crashes < fault.crashes; crashes += 1) await crash();
  }
}

/** Ends what does not end by itself. */
async function end({ fault }: ScriptedIncident, { shop, order }: WatchedShop): Promise<void> {
  if ('payments' in fault) shop.payments.send({ incident: { kind: 'none' } });
  if ('worker' in fault && 'heapRatio' in fault.worker) await order({ heapRatio: 0 });
}

/** Everything that notifications from an index on said was firing. */
function toldSince({ notifications }: WatchedShop, from: number): readonly string[] {
  const alerts = notifications.slice(from).flatMap((notification) => notification.alerts);
  const firing = alerts.filter(({ status }) => status === 'firing');
  return [...new Set(firing.map(({ labels }) => `${labels['alertname']} ${labels['service'] ?? ''}`))];
}

/** What the last notification about an alert said of it. */
function lastStatus({ notifications }: WatchedShop, alert: string): string | undefined {
  return notifications
    .flatMap((notification) => notification.alerts)
    .findLast(({ labels }) => `${labels['alertname']} ${labels['service']}` === alert)?.status;
}

/** Alerts of which a group told again, with nothing new and without an end in between. */
function firingTwice({ notifications }: WatchedShop, from: number): readonly string[] {
  const sizes = new Map<string, number>();
  const twice: string[] = [];
  for (const { groupKey, status, alerts } of notifications.slice(from)) {
    const firing = alerts.filter((alert) => alert.status === 'firing');
    if (status === 'firing' && firing.length === alerts.length && sizes.get(groupKey) === alerts.length) {
      twice.push(`${alerts[0]?.labels['alertname']} ${alerts[0]?.labels['service']}`);
    }
    sizes.set(groupKey, status === 'resolved' ? 0 : firing.length);
  }
  return twice;
}

describe('the shop with its alerts', () => {
  it(
    'tells nobody of anything under normal load',
    async ({ skip }) => {
      const shop = shopOr(skip);
      // The only wait for a time: that nothing happens cannot be waited for.
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      expect(toldSince(shop, 0)).toEqual([]);
    },
    QUIET_MS + 30_000,
  );

  it.for(scriptedIncidents)(
    'tells of what the table says and of nothing else: $name',
    { timeout: 2 * TOLD_MS + 30_000 },
    async (incident, { skip }) => {
      const { name } = incident;
      if (!isLong && incident.inShort !== true) skip('it is caused with SIGHTLINE_LONG_TESTS=true');
      const shop = shopOr(skip);
      const from = shop.notifications.length;
      const beginMs = performance.now();
      await begin(incident, shop);
      const isTold = (): boolean => {
        const told = toldSince(shop, from);
        return incident.alerts.every((alert) => alert.split(' or ').some((each) => told.includes(each)));
      };
      await shop.until(`told of ${name}`, isTold, TOLD_MS);

      const told = toldSince(shop, from);
      expect(told.filter((alert) => ![...incident.alerts, ...incident.symptoms].includes(alert))).toEqual([]);
      const alerts = shop.notifications.slice(from).flatMap((notification) => notification.alerts);
      for (const { annotations, labels } of alerts) {
        expect(`${annotations['summary']} ${annotations['description']}`).not.toMatch(/<no value>|\{\{|%!/);
        expect(annotations['dashboard_url']).toContain(`var-service=${labels['service']}`);
      }
      const seconds = incident.alerts.map((alert) => {
        const first = shop.notifications
          .slice(from)
          .find((notification) =>
            notification.alerts.some(({ labels }) =>
              alert.split(' or ').includes(`${labels['alertname']} ${labels['service']}`),
            ),
          );
        return `${alert} after ${(((first?.atMs ?? Number.NaN) - beginMs) / 1000).toFixed(1)} s`;
      });
      process.stdout.write(`${name}: ${seconds.join(', ')}\n`);

      if (incident.lasts) return;
      await end(incident, shop);
      await shop.until('over', async () => (await shop.firing()).length === 0, TOLD_MS);
      const isEnded = (): boolean => incident.alerts.every((alert) => lastStatus(shop, alert) === 'resolved');
      await shop.until('told that it is over', isEnded, TOLD_MS);
      const repeated = firingTwice(shop, from).filter((alert) => incident.alerts.includes(alert));
      expect(repeated).toEqual([]);
    },
  );
});
