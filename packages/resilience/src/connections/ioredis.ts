import { hasMethods, isLoose, type Loose, numberOf } from '../shape.ts';
import { errorText } from '../cause.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';

type AnyMethod = (this: never, ...args: never[]) => unknown;
type Listener = (...args: readonly unknown[]) => void;

/** A client of ioredis. */
export interface IoredisLike {
  readonly status: string;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
}

/** Watches connections of ioredis; how long commands take is for their spans to say. */
export const ioredis: Watcher<IoredisLike> = {
  kind: 'connection',
  supports: 'Redis or Cluster of ioredis',
  recognises: isIoredis,
  watch: watchConnection,
};

function isIoredis(thing: unknown): thing is IoredisLike & Loose {
  return (
    hasMethods(thing, 'on', 'off', 'connect', 'disconnect', 'sendCommand', 'duplicate') &&
    typeof thing['status'] === 'string' &&
    isLoose(thing['options'])
  );
}

const states = ['idle', 'connecting', 'ready', 'reconnecting', 'ended'] as const;
type State = (typeof states)[number];

/** They are on the page from the start, so that the first of them is an increase. */
const usual: readonly (readonly [from: State, to: State])[] = [
  ['idle', 'connecting'],
  ['connecting', 'ready'],
  ['connecting', 'reconnecting'],
  ['connecting', 'ended'],
  ['ready', 'reconnecting'],
  ['ready', 'ended'],
  ['reconnecting', 'connecting'],
  ['reconnecting', 'ended'],
  ['ended', 'connecting'],
];

/** By the status of the client, which is also the event that tells of it. */
const stateOf: Readonly<Record<string, State>> = {
  wait: 'idle',
  connecting: 'connecting',
  connect: 'connecting',
  ready: 'ready',
  monitoring: 'ready',
  close: 'reconnecting',
  reconnecting: 'reconnecting',
  end: 'ended',
};

function watchConnection(client: IoredisLike, context: WatchContext): Watching<IoredisLike> {
  const gauges = new Map(states.map((state) => [state, context.gauge('connection_state', state)]));
  const transitions = new Map(
    usual.map(([from, to]) => [`${from} ${to}`, context.counter('connection_transitions_total', from, to)]),
  );
  const errors = context.counter('connection_errors_total');
  const waiting = context.gauge('connection_queued_commands', 'waiting');
  const sent = context.gauge('connection_queued_commands', 'sent');
  const counts = { errors: 0, transitions: 0 };
  let state: State = stateOf[client.status] ?? 'idle';
  let lastError = '';
  show();
  if (isUnwell(state))
    context.transition({
      from: undefined,
      to: state,
      cause: 'it was so when watching began',
      health: 'degraded',
    });

  function show(): void {
    for (const [each, gauge] of gauges) gauge.set(each === state ? 1 : 0);
  }

  function become(next: State): void {
    if (next === state) return;
    const from = state;
    state = next;
    counts.transitions++;
    const transition =
      transitions.get(`${from} ${next}`) ?? context.counter('connection_transitions_total', from, next);
    transition.add(1);
    show();
    const isUp = next === 'ready';
    const cause = isUp || lastError === '' ? `the client is ${next}` : lastError;
    context.transition({
      from,
      to: next,
      cause,
      ...(isUp && { health: 'up' as const }),
      ...(isUnwell(next) && { health: 'degraded' as const }),
      ...((next === 'connecting' || next === 'idle') && { level: 'info' as const }),
    });
    if (isUp) lastError = '';
  }

  const listeners = Object.entries(stateOf).map(
    ([event, next]) => [event, (): void => become(next)] as const satisfies readonly [string, Listener],
  );
  const unlisten = listen(client, listeners);
  const unhook = hookErrors(client, (error) => {
    counts.errors++;
    errors.add(1);
    lastError = errorText(error);
  });
  return {
    dispose(it) {
      unhook(it);
      unlisten(it);
    },
    collect(it) {
      const queues = queuesOf(it);
      waiting.set(queues.waiting);
      sent.set(queues.sent);
    },
    status: (it) => ({ state, queuedCommands: queuesOf(it), ...counts }),
  };
}

function isUnwell(state: State): boolean {
  return state === 'reconnecting' || state === 'ended';
}

function listen(
  client: IoredisLike,
  listeners: readonly (readonly [event: string, listener: Listener])[],
): (client: IoredisLike) => void {
  for (const [event, listener] of listeners) client.on(event, listener);
  return (it) => {
    for (const [event, listener] of listeners) it.off(event, listener);
  };
}

/**
 * No listener for `error`: where nobody listens to errors, the client prints them. A cluster tells of those of its nodes by an
 * event of its own.
 */
function hookErrors(client: IoredisLike, onError: (error: unknown) => void): (client: IoredisLike) => void {
  if (!hasMethods(client, 'silentEmit')) return listen(client, [['node error', onError]]);
  const methods = client as unknown as { readonly silentEmit: AnyMethod };
  const unwrap = wrapMethod(methods, 'silentEmit', (original) => silentEmitHook(original, onError));
  return unwrap as unknown as (client: IoredisLike) => void;
}

function silentEmitHook(original: AnyMethod, onError: (error: unknown) => void): AnyMethod {
  return function silentEmit(this: never, ...args: never[]) {
    const [event, error]: readonly unknown[] = args;
    if (event === 'error') onError(error);
    return original.apply(this, args);
  };
}

/** Those that wait for the connection, and those that wait for an answer. */
function queuesOf(client: IoredisLike): { readonly waiting: number; readonly sent: number } {
  const loose = client as unknown as Loose;
  return { waiting: lengthOf(loose['offlineQueue']), sent: lengthOf(loose['commandQueue']) };
}

function lengthOf(queue: unknown): number {
  return (isLoose(queue) ? numberOf(queue['length']) : undefined) ?? 0;
}
