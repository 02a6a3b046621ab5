import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRunbook } from './alerts/follow-runbook.ts';
import { type ScriptedIncident, isOfMachine, scriptedIncidents } from './alerts/incidents.ts';
import { LIVE_FIGURES, type LiveFigures, readLiveFigures } from './alerts/live-figures.ts';
import { programsOf } from './alerts/programs.ts';
import { firingTwice, lastStatus, toldAtMs, toldSince } from './alerts/told.ts';
import { type WatchedShop, openWatchedShop } from './alerts/watched-shop.ts';

/** All incidents with both releases, some ten minutes of them; otherwise those that are marked for it, with the newest. */
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const TIME_SCALE_RATIO = 0.02;
/** Normal load that nobody is told of [ms]: 15 minutes at the scale of the rules here, or 5. */
const QUIET_MS = isLong ? 18_000 : 6000;
/** After a deploy, likewise [ms]. */
const SETTLED_MS = 15_000;
/** Longest time from a fault to the last of its notifications [ms]. */
const TOLD_MS = 180_000;
/** From its end to the end of all of them [ms]: a window of an hour lasts 72 s here. */
const OVER_MS = 120_000;
/** What a busy machine is given until everything has started [ms]. */
const START_MS = 300_000;

const releases = [
  { release: 'own', name: "this Debian's Prometheus and Alertmanager" },
  { release: 'sid', name: "the newest Debian's Prometheus and Alertmanager" },
] as const;
async function begin(
  { fault }: ScriptedIncident,
  { suffer, kill, order, crash }: WatchedShop,
): Promise<void> {
  if ('killed' in fault) await kill(fault.killed);
  else if ('shop' in fault) suffer(fault.shop);
  else if ('worker' in fault) await order(fault.worker);
  else {
    // oxlint-disable-next-line no-await-in-loop -- one crash after the other
    for (let crashes = 0; crashes < fault.crashes; crashes += 1) await crash();
  }
}

/** Ends what does not end by itself. */
async function end({ fault }: ScriptedIncident, { suffer, order }: WatchedShop): Promise<void> {
  if ('shop' in fault) suffer({ kind: 'none' });
  if ('worker' in fault && 'heapRatio' in fault.worker) await order({ heapRatio: 0 });
}

const figures: LiveFigures['incidents'][number][] = [];

afterAll(async () => {
  if (process.env['SIGHTLINE_FIGURES'] !== 'true') return;
  const before = await readLiveFigures();
  // What was not caused this time stays as it was, unless there is no such incident any more.
  const isOld = ({ incident, prometheus }: LiveFigures['incidents'][number]): boolean =>
    scriptedIncidents.some(({ name }) => name === incident) &&
    !figures.some((each) => each.incident === incident && each.prometheus === prometheus);
  const content: LiveFigures = { incidents: [...before.incidents.filter(isOld), ...figures] };
  await writeFile(LIVE_FIGURES, `${JSON.stringify(content, undefined, 2)}\n`);
});

describe.each(releases)('the shop with its alerts, $name', ({ release }) => {
  const isMeant = isLong || release === 'sid';
  let watched: WatchedShop | undefined;
  let missing = 'it is watched with SIGHTLINE_LONG_TESTS=true';

  beforeAll(async () => {
    if (!isMeant) return;
    const programs = await programsOf(release);
    if ('missing' in programs) missing = programs.missing;
    else watched = await openWatchedShop({ ...programs, timeScaleRatio: TIME_SCALE_RATIO });
  }, START_MS);

  afterAll(async () => {
    await watched?.close();
  }, 60_000);

  /** The shop, or the test is skipped with the reason. */
  function shopOr(skip: (reason: string) => never): WatchedShop {
    return watched ?? skip(missing);
  }

  it(
    'tells nobody of anything under normal load',
    async ({ skip }) => {
      const shop = shopOr(skip);
      const wasBusySince = await shop.watchProcessors();
      // The only wait for a time, here and after a deploy: that nothing happens cannot be waited for.
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
      const isBusy = await wasBusySince();
      expect(toldSince(shop, 0).filter((alert) => !(isBusy && isOfMachine(alert)))).toEqual([]);
    },
    QUIET_MS + 30_000,
  );

  it(
    'tells nobody of a deploy',
    async ({ skip }) => {
      const shop = shopOr(skip);
      if (!isLong) skip('it is made with SIGHTLINE_LONG_TESTS=true');
      await shop.deploy();
      await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
      expect(toldSince(shop, 0)).toEqual([]);
      expect(await shop.firing()).toEqual([]);
    },
    SETTLED_MS + 60_000,
  );

  it.for(scriptedIncidents)(
    'tells of what the table says and of nothing else: $name',
    { timeout: TOLD_MS + 3 * OVER_MS + 30_000 },
    async (incident, { skip, onTestFailed }) => {
      const { name } = incident;
      if (!isLong && incident.inShort !== true) skip('it is caused with SIGHTLINE_LONG_TESTS=true');
      const shop = shopOr(skip);
      // A busy machine may have made one of them fire before: nobody is told twice.
      const isAwaited = (alert: string): boolean =>
        incident.alerts.some((each) => each.split(' or ').includes(alert));
      const isCalm = async (): Promise<boolean> =>
        !(await shop.firing()).some(isAwaited) &&
        incident.alerts.every((alert) => lastStatus(shop, alert) !== 'firing');
      await shop.until(`calm before ${name}`, isCalm, OVER_MS);
      const from = shop.notifications.length;
      const wasBusySince = await shop.watchProcessors();
      const beginMs = performance.now();
      // The next incident begins where all is well, whatever became of this one.
      onTestFailed(() => end(incident, shop), TOLD_MS);
      await begin(incident, shop);
      const isTold = (): boolean => {
        const told = toldSince(shop, from);
        return incident.alerts.every((alert) => alert.split(' or ').some((each) => told.includes(each)));
      };
      await shop.until(`told of ${name}`, isTold, TOLD_MS);

      const told = toldSince(shop, from);
      const known = new Set([
        ...incident.alerts.flatMap((alert) => alert.split(' or ')),
        ...incident.symptoms,
      ]);
      const besides = told.filter((alert) => !known.has(alert));
      const ofBusyMachine = (await wasBusySince()) ? besides.filter(isOfMachine) : [];
      expect(besides.filter((alert) => !ofBusyMachine.includes(alert))).toEqual([]);
      const alerts = shop.notifications.slice(from).flatMap((notification) => notification.alerts);
      for (const { annotations, labels } of alerts) {
        expect(`${annotations['summary']} ${annotations['description']}`).not.toMatch(/<no value>|\{\{|%!/);
        expect(annotations['dashboard_url']).toContain(`var-service=${labels['service']}`);
      }
      const followed: Record<string, string> = {};
      const unanswered: string[] = [];
      for (const [index, [runbook, service]] of Object.entries(incident.runbooks).entries()) {
        const { prometheusUrl } = shop;
        // oxlint-disable-next-line no-await-in-loop -- one after the other, as a person does
        const found = await followRunbook({
          runbook,
          service,
          prometheusUrl,
          timeScaleRatio: TIME_SCALE_RATIO,
        });
        unanswered.push(...found.failed);
        if (index === 0 && !found.isFirstAnswered) unanswered.push(`${runbook}: the first query`);
        followed[runbook] = `${found.answered} of ${found.asked}`;
      }
      expect(unanswered).toEqual([]);
      const secondsTo = (sinceMs: number, status: 'firing' | 'resolved') =>
        Object.fromEntries(
          incident.alerts.map((alert) => [
            alert,
            Math.round((toldAtMs(shop, from, alert, status) - sinceMs) / 100) / 10,
          ]),
        );
      const toldSeconds = secondsTo(beginMs, 'firing');
      const measured = {
        incident: name,
        prometheus: shop.prometheusVersion,
        toldSeconds,
        followed,
        ...(ofBusyMachine.length > 0 && { ofBusyMachine }),
      };
      process.stdout.write(`${JSON.stringify(measured)}\n`);

      if (incident.lasts) {
        figures.push(measured);
        return;
      }
      const endMs = performance.now();
      await end(incident, shop);
      await shop.until('over', async () => (await shop.firing()).length === 0, OVER_MS);
      const isEnded = (): boolean => incident.alerts.every((alert) => lastStatus(shop, alert) === 'resolved');
      await shop.until('told that it is over', isEnded, OVER_MS);
      const repeated = firingTwice(shop, from).filter((alert) => incident.alerts.includes(alert));
      expect(repeated).toEqual([]);
      figures.push({ ...measured, overSeconds: secondsTo(endMs, 'resolved') });
    },
  );
});
