import type { Health } from '@sightline/health';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** Longest wait for a server [ms]: a worker that takes jobs has none. */
const LONGEST_WAIT_MS = 15_000;
/** Not `server`, as a service may call a task of its own. */
const TASK_NAME = 'sightline:server';
/** A server has begun to listen; one that did so before has accepted a connection. */
const LISTENS = 'tracing:net.server.listen:asyncEnd';
const ACCEPTED = 'net.server.socket';

/**
 * Holds the start-up probe, and with it readiness, until the service listens: the admin port is open before it is.
 *
 * @param ignored the server of the admin port
 * @param onEnd called once when the wait is over, and not when it is ended by what is returned
 * @returns waits no more
 */
export function holdUntilListening(
  health: Pick<Health, 'startup'>,
  ignored: object,
  onEnd?: () => void,
): () => void {
  const hold = health.startup.hold(TASK_NAME);
  const timer = setTimeout(over, LONGEST_WAIT_MS).unref();

  function onListening(message: unknown): void {
    if ((message as { readonly server?: unknown }).server !== ignored) over();
  }

  function onAccepted(message: unknown): void {
    onListening((message as { readonly socket: unknown }).socket);
  }

  function over(): void {
    end();
    onEnd?.();
  }

  function end(): void {
    clearTimeout(timer);
    unsubscribe(LISTENS, onListening);
    unsubscribe(ACCEPTED, onAccepted);
    hold.done();
  }

  subscribe(LISTENS, onListening);
  subscribe(ACCEPTED, onAccepted);
  return end;
}
