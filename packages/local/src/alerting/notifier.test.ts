import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { readAlertmanagerConfig } from './alertmanager-config.ts';
import { createAlertmanager } from './create-alertmanager.ts';
import { createNotifier } from './notifier.ts';

const START_MS = Date.UTC(2026, 10, 23, 12);

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
    expect(notifier.history()).toMatchObject([{ outcome: 'failed', error: 'aborted' }]);
    timers.clear();
    notifier.wake();
    expect(timers.size).toBe(0);
  });
});
