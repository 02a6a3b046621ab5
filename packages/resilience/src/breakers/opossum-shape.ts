import type { BreakerState } from './breaker-record.ts';

type Listener = (...args: never[]) => void;

/** What of a `CircuitBreaker` of opossum is used: versions 5 to 10 have it. */
export interface OpossumBreaker {
  readonly opened: boolean;
  readonly halfOpen: boolean;
  readonly enabled: boolean;
  readonly isShutdown: boolean;
  readonly options?: { readonly resetTimeout?: number };
  fire(...args: never[]): unknown;
  call(context: never, ...args: never[]): unknown;
  on(event: string, listener: Listener): unknown;
  prependListener(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  enable(): void;
  disable(): void;
}

const FLAGS = ['opened', 'halfOpen', 'enabled', 'isShutdown'] as const;
const METHODS = ['fire', 'call', 'on', 'prependListener', 'off', 'enable', 'disable'] as const;

export function isOpossumBreaker(thing: unknown): thing is OpossumBreaker {
  if (typeof thing !== 'object' || thing === null) return false;
  const it = thing as Partial<OpossumBreaker>;
  return (
    FLAGS.every((name) => typeof it[name] === 'boolean') &&
    METHODS.every((name) => typeof it[name] === 'function')
  );
}

/** A breaker that was shut down is switched off as well, so that is asked first. */
export function stateOf({ isShutdown, enabled, opened, halfOpen }: OpossumBreaker): BreakerState {
  if (isShutdown) return 'isolated';
  if (!enabled) return 'disabled';
  if (opened) return 'open';
  return halfOpen ? 'half_open' : 'closed';
}

/** How long an open breaker waits before it lets a probe through. */
export function resetTimeoutMs({ options }: OpossumBreaker): number | undefined {
  const resetTimeout = options?.resetTimeout;
  return typeof resetTimeout === 'number' ? resetTimeout : undefined;
}
