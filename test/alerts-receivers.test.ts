import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, routeAlerts, startDelivering, untilTold } from './alerts/delivery.ts';
import {
  type Delivery,
  type FakeReceivers,
  serviceNames,
  startFakeReceivers,
} from './alerts/fake-receivers.ts';
import type { Alertmanager } from './servers/alertmanager.ts';
import { debianProgram } from './servers/debian.ts';

const TOLD_MS = 30_000;
const START_MS = 120_000;
const releases = [
  { release: 'own', name: "this Debian's Alertmanager" },
  { release: 'sid', name: "the newest Debian's Alertmanager" },
] as const;
/** A few, and more than fit on a phone or into a message of Telegram. */
const groups = [
  { name: 'RouteErrorRatioHigh', count: 3 },
  { name: 'RouteLatencyHigh', count: 12 },
] as const;

/** Whether a notification is about the first of the groups; Opsgenie tells an end by its key alone. */
function isOfFew({ title, text, key }: Delivery, few: string | undefined): boolean {
  return `${title} ${text}`.includes('RouteErrorRatioHigh') || (title === '' && key === few);
}

describe.each(releases)('$name', ({ release }) => {
  // 0.25 knows no Teams by workflow.
  const services = serviceNames.filter((name) => release === 'sid' || name !== 'teams');
  let receivers: FakeReceivers;
  let alertmanager: Alertmanager | undefined;
  let missing = '';

  beforeAll(async () => {
    receivers = await startFakeReceivers();
    const found = await debianProgram({
      program: 'prometheus-alertmanager',
      package: 'prometheus-alertmanager',
      release,
    });
    if ('missing' in found) {
      missing = found.missing;
      return;
    }
    alertmanager = await startDelivering(found.path, receivers, release === 'sid');
    // An alert that is older than the wait of its group does not wait for the others.
    const startsAt = new Date();
    const both = async (endsAt?: Date): Promise<readonly object[]> =>
      (
        await Promise.all(
          groups.map((group) => routeAlerts({ ...group, startsAt, ...(endsAt && { endsAt }) })),
        )
      ).flat();
    await post(alertmanager, await both());
    await untilTold(receivers, 'firing', groups.length * services.length, TOLD_MS);
    await post(alertmanager, await both(new Date()));
    await untilTold(receivers, 'resolved', groups.length * services.length, TOLD_MS);
  }, START_MS);

  afterAll(async () => {
    await alertmanager?.stop();
    await receivers.close();
  });

  /** What a service was told of the first group. */
  function toldOfFew(service: string): readonly Delivery[] {
    const told = receivers.deliveries.filter((each) => each.service === service);
    const few = told.find((each) => isOfFew(each, undefined))?.key;
    return told.filter((each) => isOfFew(each, few));
  }

  it.for(services)('tells %s once of three alerts of a group, and once of their end', (service, { skip }) => {
    if (alertmanager === undefined) skip(missing);
    const told = toldOfFew(service);
    expect(told.map(({ status }) => status)).toEqual(['firing', 'resolved']);
    const [firing, resolved] = told;
    for (const route of ['/checkout', '/cart/:id', '/search']) expect(firing?.text).toContain(route);
    expect(firing?.text).toContain('34.6%');
    expect(`${firing?.title}${firing?.text}`).not.toMatch(/<no value>|\{\{|%!|more$/);
    // One incident there, opened and closed, not two.
    expect(resolved?.key).toBe(firing?.key);
  });

  it.for(services.filter((name) => name !== 'webhook'))(
    'tells %s of twelve alerts in one message that is not too long: three of them, and how many more',
    (service, { skip }) => {
      if (alertmanager === undefined) skip(missing);
      const few = toldOfFew(service);
      const many = receivers.deliveries.filter((each) => each.service === service && !few.includes(each));
      expect(many.map(({ status }) => status)).toEqual(['firing', 'resolved']);
      expect(many[0]?.text).toContain('and 9 more');
      expect(many[0]?.text).not.toContain('/items/:item/3');
    },
  );

  it('sends nothing that a service would refuse', ({ skip }) => {
    if (alertmanager === undefined) skip(missing);
    expect(receivers.refused).toEqual([]);
  });

  it.for(['slack', 'email', 'discord', 'telegram', 'pagerduty', 'opsgenie'])(
    'says in the first line that %s shows what it is, how bad and where',
    (service, { skip }) => {
      if (alertmanager === undefined) skip(missing);
      const [firing] = toldOfFew(service);
      expect(firing?.title).toBe('🔥 RouteErrorRatioHigh (3): critical, shop in production');
    },
  );
});
