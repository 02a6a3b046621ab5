import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Alert } from './alert.ts';
import { readAlertmanagerConfig } from './alertmanager-config.ts';
import { createAlertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';
import { createNotifier } from './notifier.ts';

const START_MS = Date.UTC(2026, 10, 23, 12);
const HOUR_MS = 3_600_000;

/** A notifier whose timers are due at once when `pass` says so, and receivers that answer as they are told. */
function start(
  fetch: (url: string, init: RequestInit) => Promise<Response>,
  receivers = 'webhook_configs: [{ url: http://a }]',
) {
  const manager = createAlertmanager(
    readAlertmanagerConfig(
      `route: { receiver: r, group_wait: 0s, group_interval: 1s }\nreceivers: [{ name: r, ${receivers} }]`,
    ),
  );
  let nowMs = START_MS;
  const problems: string[] = [];
  const timers = new Set<() => void>();
  const notifier = createNotifier({
    manager,
    externalUrl: 'http://stack',
    now: () => nowMs,
    onProblem: (message) => problems.push(message),
    fetch: fetch as typeof globalThis.fetch,
    setTimer: ((run: () => void) => {
      timers.add(run);
      return { unref: () => undefined } as unknown as NodeJS.Timeout;
    }) as typeof setTimeout,
  });
  return {
    manager,
    notifier,
    problems,
    fire() {
      manager.post([{ labels: { alertname: 'A' }, endsAtMs: START_MS + 1e9 }], nowMs);
      notifier.wake();
    },
    /** Lets so much time pass, and all that was waited for happen. */
    async pass(ms = 10_000) {
      nowMs += ms;
      const due = [...timers];
      timers.clear();
      for (const each of due) each();
      await turn();
      await turn();
    },
    timers,
  };
}
const taken = (): Promise<Response> => Promise.resolve(new Response(''));

describe('createNotifier', () => {
  it('tells a receiver, keeps what it told, and tells listeners, also when one of them throws', async () => {
    const posted: unknown[] = [];
    const { notifier, fire, pass, problems } = start((url, { body }) => {
      posted.push([url, JSON.parse(body as string)]);
      return taken();
    });
    const heard: string[] = [];
    notifier.listen(() => {
      throw new Error('a foreign fault');
    });
    const stop = notifier.listen(({ receiver }) => heard.push(receiver));
    fire();
    await pass();
    expect(posted).toMatchObject([['http://a', { status: 'firing', externalURL: 'http://stack' }]]);
    expect(notifier.history()).toMatchObject([{ outcome: 'delivered', error: '', shownOnly: [] }]);
    expect(heard).toEqual(['r']);
    expect(problems).toEqual(['a listener to notifications: Error: a foreign fault']);
    stop();
    await notifier.close();
  });

  it('tries three times, says why it failed, and tells again of what has not arrived', async () => {
    const answers = [503, 0, 500, 503, 503, 503];
    const { notifier, fire, pass } = start(() => {
      const status = answers.shift();
      return status === undefined
        ? taken()
        : status === 0
          ? Promise.reject(new Error('cut off'))
          : Promise.resolve(new Response('', { status }));
    });
    fire();
    for (let times = 0; times < 3; times++) {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      await pass();
    }
    expect(notifier.history()).toMatchObject([{ outcome: 'failed', error: 'status 500' }]);
    for (let times = 0; times < 8; times++) {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      await pass();
    }
    expect(notifier.history().map(({ outcome }) => outcome)).toEqual(['delivered', 'failed', 'failed']);
    await notifier.close();
  });

  it('tells again only those webhooks of a receiver that have not taken it, and all of them what is new', async () => {
    const posted: string[] = [];
    let isBroken = true;
    const { manager, notifier, fire, pass } = start((url) => {
      posted.push(url);
      return isBroken && url === 'http://b' ? Promise.resolve(new Response('', { status: 400 })) : taken();
    }, 'webhook_configs: [{ url: http://a }, { url: http://b }]');
    const asked = (): string => posted.splice(0).join(' ');
    fire();
    for (let times = 0; times < 3; times++) {
      // oxlint-disable-next-line no-await-in-loop -- one try after the other
      await pass();
    }
    expect(asked()).toBe('http://a http://b http://b http://b');
    isBroken = false;
    await pass();
    expect(asked()).toBe('http://b');
    expect(notifier.history().map(({ outcome }) => outcome)).toEqual(['delivered', 'failed']);
    manager.post([{ labels: { alertname: 'A', of: 'another' }, endsAtMs: START_MS + 1e9 }], START_MS);
    notifier.wake();
    await pass();
    expect(asked()).toBe('http://a http://b');
    await notifier.close();
  });

  it('tells no webhook of an end that it does not want to hear of, though others of its receiver do', async () => {
    const posted: string[] = [];
    const { manager, notifier, pass } = start((url, { body }) => {
      const { alerts } = JSON.parse(body as string) as {
        alerts: { status: string; labels: { alertname: string } }[];
      };
      posted.push(`${url} ${alerts.map(({ status, labels }) => `${labels.alertname} ${status}`).join(', ')}`);
      return taken();
    }, 'webhook_configs: [{ url: http://one }, { url: http://two, send_resolved: false }]');
    let nowMs = START_MS;
    const tell = async (
      ...alerts: readonly [name: string, endsAtMs: number][]
    ): Promise<readonly string[]> => {
      manager.post(
        alerts.map(([alertname, endsAtMs]) => ({ labels: { alertname }, startsAtMs: START_MS, endsAtMs })),
        nowMs,
      );
      notifier.wake();
      await pass();
      nowMs += 10_000;
      return posted.splice(0);
    };
    const laterMs = START_MS + 1e9;
    expect(await tell(['A', laterMs], ['B', laterMs], ['C', laterMs])).toEqual([
      'http://one A firing, B firing, C firing',
      'http://two A firing, B firing, C firing',
    ]);
    expect(await tell(['B', nowMs])).toEqual(['http://one A firing, C firing, B resolved']);
    expect(await tell(['C', nowMs], ['D', laterMs])).toEqual([
      'http://one A firing, D firing, C resolved',
      'http://two A firing, D firing',
    ]);
    // The time of its own repetition is not moved on by what it is not told.
    nowMs += 2 * HOUR_MS;
    await pass(2 * HOUR_MS);
    expect(await tell(['D', nowMs])).toEqual(['http://one A firing, D resolved']);
    nowMs += 2 * HOUR_MS;
    await pass(2 * HOUR_MS);
    expect(await tell()).toEqual(['http://one A firing', 'http://two A firing']);
    expect(await tell(['A', nowMs])).toEqual(['http://one A resolved']);
    await notifier.close();
  });

  it('says who it is to whom the file has it for, under its own name and type all the same', async () => {
    const asked: unknown[] = [];
    const { notifier, fire, pass } = start((url, { headers, redirect }) => {
      asked.push([url, headers, redirect]);
      return taken();
    }, 'webhook_configs: [{ url: "http://me:pass@a" }, { url: http://b, http_config: { follow_redirects: false, bearer_token: c } }]');
    fire();
    await pass();
    const own = { 'content-type': 'application/json', 'user-agent': 'Sightline' };
    const basic = `Basic ${Buffer.from('me:pass').toString('base64')}`;
    expect(asked).toEqual([
      ['http://a/', { ...own, authorization: basic }, 'follow'],
      ['http://b', { ...own, authorization: 'Bearer c' }, 'manual'],
    ]);
    await notifier.close();
  });

  it('goes on when what is due cannot be found out', async () => {
    const posted: string[] = [];
    const { manager, notifier, fire, pass, problems } = start((url) => {
      posted.push(url);
      return taken();
    });
    const { tick } = manager;
    Object.assign(manager, {
      tick: () => {
        throw new TypeError('a fault');
      },
    });
    fire();
    await pass();
    expect(problems).toEqual(['notifications: TypeError: a fault']);
    Object.assign(manager, { tick });
    await pass();
    expect(posted).toEqual(['http://a']);
    await notifier.close();
  });

  it('sends credentials of an address as a header, and shows them to nobody when it cannot be reached', async () => {
    const asked: (readonly [string, RequestInit])[] = [];
    const { notifier, fire, pass } = start((url, init) => {
      asked.push([url, init]);
      const cause = Object.assign(new Error('connect to http://u:hidden@a'), { code: 'ECONNREFUSED' });
      return Promise.reject(
        new TypeError('cannot fetch http://u:hidden@a', asked.length < 4 ? { cause } : {}),
      );
    }, "webhook_configs: [{ url: 'http://u:hid%24den@a/hook' }]");
    fire();
    // oxlint-disable-next-line no-await-in-loop -- one try after the other
    for (let tries = 0; tries < 8; tries += 1) await pass();
    expect(asked[0]).toMatchObject([
      'http://a/hook',
      { headers: { authorization: `Basic ${Buffer.from('u:hid$den').toString('base64')}` } },
    ]);
    expect(notifier.history().map(({ error }) => error)).toContain('ECONNREFUSED');
    expect(JSON.stringify(notifier.history())).not.toContain('hidden');
    await notifier.close();
  });

  it('remembers so many notifications as have 20,000 alerts together, the newest in any case', async () => {
    const { manager, notifier, fire, pass } = start(taken, 'slack_configs: [{}]');
    const alert: Alert = {
      labels: {},
      annotations: {},
      startsAtMs: START_MS,
      endsAtMs: Infinity,
      endsByTimeout: false,
      generatorUrl: '',
      updatedAtMs: START_MS,
    };
    const counts = [9000, 9001, 9002, 30_000];
    const remembered: (readonly number[])[] = [];
    for (const count of counts) {
      const told: Notification = {
        groupId: `${count}`,
        groupKey: '{}:{}',
        receiver: 'r',
        groupLabels: {},
        alerts: Array.from({ length: count }, () => alert),
        status: 'firing',
        isOfEndsAlone: false,
        timeMs: START_MS,
      };
      Object.assign(manager, { tick: () => [told] });
      fire();
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await pass();
      remembered.push(notifier.history().map(({ notification }) => notification.alerts.length));
    }
    expect(remembered).toEqual([[9000], [9001, 9000], [9002, 9001], [30_000]]);
    await notifier.close();
  });

  it('only shows what goes to a receiver that it does not deliver to', async () => {
    const { notifier, fire, pass } = start(
      () => Promise.reject(new Error('nobody is asked')),
      'slack_configs: [{}]',
    );
    fire();
    await pass();
    expect(notifier.history()).toMatchObject([{ outcome: 'shown only', shownOnly: ['slack_configs'] }]);
    await notifier.close();
  });

  it('waits for nothing when it is closed, and starts nothing after', async () => {
    const { notifier, fire, pass, timers } = start(
      (_url, { signal }) =>
        new Promise((_done, fail) => signal?.addEventListener('abort', () => fail(new Error('aborted')))),
    );
    fire();
    await pass();
    // The group is due again while its receiver is still being told.
    await pass();
    await notifier.close();
    expect(notifier.history()).toMatchObject([{ outcome: 'failed', error: 'the stack was closed' }]);
    timers.clear();
    notifier.wake();
    expect(timers.size).toBe(0);
  });
});
