import { fingerprintOf, isFiring } from './alert.ts';
import type { Alertmanager } from './create-alertmanager.ts';
import type { Notification } from './dispatcher.ts';
import type { WebhookReceiver } from './read-receiver.ts';
import { webhookMessage } from './webhook-message.ts';

/** Somebody else who wants to hear of notifications: a terminal, a desktop, a test. */
export type Listener = (notification: Notification) => void;

/** Whether a notification reached whom it was for. */
export interface Delivery {
  readonly notification: Notification;
  /** Without a receiver that is delivered from here it is "shown only". */
  readonly outcome: 'delivered' | 'failed' | 'shown only';
  /** Kinds of the receiver that are not delivered from here, whatever the outcome: `slack_configs`. */
  readonly shownOnly: readonly string[];
  readonly error: string;
}

export interface NotifierOptions {
  readonly manager: Alertmanager;
  /** Where the reader of a message finds this stack. */
  readonly externalUrl: string;
  readonly now: () => number;
  readonly onProblem: (message: string) => void;
  readonly fetch?: typeof globalThis.fetch;
  readonly setTimer?: typeof setTimeout;
}

export interface Notifier {
  /** Looks again at what is due: call it when alerts or silences have changed. */
  wake(): void;
  listen(listener: Listener): () => void;
  /** The newest first. */
  history(): readonly Delivery[];
  close(): Promise<void>;
}

const MAX_HISTORY = 500;
/** Most alerts of all notifications of the history together, but for the newest one. */
const MAX_HISTORY_ALERTS = 20_000;
/** Longest wait for a receiver. Source: Alertmanager gives up when the group's interval is over; a minute is less. */
const DELIVERY_MS = 10_000;
/** A group that could not be told is looked at again so soon [ms]. */
const RETRY_MS = 5000;
/** Longest timer; Node.js fires longer ones at once. */
const MAX_TIMER_MS = 2_000_000_000;

/** The webhooks of a group that took what others of its receiver did not. */
interface PartlyTold {
  readonly what: string;
  readonly webhooks: Set<WebhookReceiver>;
}

/** Tells receivers what is due, when it is. */
export function createNotifier(options: NotifierOptions): Notifier {
  const { manager, externalUrl, now, onProblem, fetch = globalThis.fetch, setTimer = setTimeout } = options;
  const listeners = new Set<Listener>();
  const history: Delivery[] = [];
  const closing = new AbortController();
  const underWay = new Set<Promise<void>>();
  const waiting = new Set<string>();
  /** By the id of the group; only those that not everybody has taken yet. */
  const partlyTold = new Map<string, PartlyTold>();
  let timer: NodeJS.Timeout | undefined;

  function schedule(atMs: number): void {
    clearTimeout(timer);
    if (closing.signal.aborted || atMs === Infinity) return;
    timer = setTimer(run, Math.min(MAX_TIMER_MS, Math.max(0, atMs - now())));
    timer.unref();
  }

  function run(): void {
    let due: readonly Notification[];
    try {
      due = manager.tick(now());
    } catch (error) {
      // It would end the process, for it is a timer's: what is due stays so, and is looked at again.
      onProblem(`notifications: ${String(error)}`);
      schedule(now() + RETRY_MS);
      return;
    }
    for (const notification of due) {
      if (waiting.has(notification.groupId)) continue;
      waiting.add(notification.groupId);
      const work = deliver(notification).finally(() => {
        waiting.delete(notification.groupId);
        underWay.delete(work);
      });
      underWay.add(work);
    }
    schedule(manager.nextMs());
  }

  async function deliver(notification: Notification): Promise<void> {
    const { webhooks = [], otherKinds: shownOnly = [] } =
      manager.config.receivers.get(notification.receiver) ?? {};
    const { groupId } = notification;
    const what = whatIsTold(notification);
    const before = partlyTold.get(groupId);
    const told: PartlyTold = before?.what === what ? before : { what, webhooks: new Set() };
    const errors = await Promise.all(
      webhooks
        .filter(({ sendsResolved }) => sendsResolved || !notification.isOfEndsAlone)
        .filter((webhook) => !told.webhooks.has(webhook))
        .map(async (webhook) => {
          const heard = webhook.sendsResolved ? notification : withoutEnds(notification);
          const problem = await post(webhook, webhookMessage(heard, externalUrl, webhook.maxAlerts));
          if (problem === '') told.webhooks.add(webhook);
          return problem;
        }),
    );
    const error = errors.filter((each) => each !== '').join('; ');
    if (error === '') partlyTold.delete(groupId);
    else partlyTold.set(groupId, told);
    const outcome = webhooks.length === 0 ? 'shown only' : error === '' ? 'delivered' : 'failed';
    remember({ notification, outcome, shownOnly, error });
    if (outcome === 'failed') return;
    manager.sent(notification);
    for (const listener of listeners) {
      // It is not ours, and the next one hears of it all the same.
      try {
        listener(notification);
      } catch (thrown) {
        onProblem(`a listener to notifications: ${String(thrown)}`);
      }
    }
  }

  function remember(delivery: Delivery): void {
    history.unshift(delivery);
    let alerts = 0;
    const last = history.findIndex((each, at) => {
      alerts += each.notification.alerts.length;
      return at >= MAX_HISTORY || (at > 0 && alerts > MAX_HISTORY_ALERTS);
    });
    if (last !== -1) history.length = last;
  }

  /** @returns "" when it was taken, else why not */
  async function post(webhook: WebhookReceiver, message: object): Promise<string> {
    for (let tries = 1; ; tries++) {
      // oxlint-disable-next-line no-await-in-loop -- the next try depends on this one
      const error = await postOnce(webhook, message);
      if (error === '' || tries === 3 || closing.signal.aborted) return error;
      // oxlint-disable-next-line no-await-in-loop -- see above
      await pause(RETRY_MS);
    }
  }

  async function postOnce({ url, headers, redirect }: WebhookReceiver, message: object): Promise<string> {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Sightline' },
        body: JSON.stringify(message),
        redirect,
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(DELIVERY_MS)]),
      });
      await response.body?.cancel();
      return response.ok ? '' : `status ${response.status}`;
    } catch (error) {
      return closing.signal.aborted ? 'the stack was closed' : reasonOf(error);
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const pausing = setTimer(resolve, ms);
      pausing.unref();
      closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  return {
    wake: () => schedule(manager.nextMs()),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    history: () => history,
    async close() {
      clearTimeout(timer);
      closing.abort();
      await Promise.all(underWay);
    },
  };
}

/** Its message may hold the address, which may be a secret; a code says as much. */
function reasonOf(error: unknown): string {
  const { name, cause } = error as { readonly name?: unknown; readonly cause?: { readonly code?: unknown } };
  if (name === 'TimeoutError') return `no answer in ${DELIVERY_MS} ms`;
  return typeof cause?.code === 'string' ? cause.code : 'it cannot be reached';
}

/** What fires of it, for who does not want to hear of what is over. */
function withoutEnds(notification: Notification): Notification {
  const { alerts, timeMs } = notification;
  return { ...notification, alerts: alerts.filter((alert) => isFiring(alert, timeMs)) };
}

/** Alike for two notifications that tell the same: which alerts fire, and which are over. */
function whatIsTold({ alerts, status, timeMs }: Notification): string {
  return [
    status,
    ...alerts.map((alert) => `${fingerprintOf(alert.labels)} ${isFiring(alert, timeMs)}`).toSorted(),
  ].join('\n');
}
