import type { Gzip } from './push-body.ts';
import type { PushRequest } from './push-request.ts';

/** What a sink takes from its surroundings. Tests pass their own clock. */
export interface LokiSinkDeps {
  /** Wall clock [ms since 1970]. */
  readonly now: () => number;
  readonly setTimeout: (callback: () => void, delayMs: number) => unknown;
  readonly clearTimeout: (handle: unknown) => void;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** Sends one push; rejects when there was no whole answer. */
  readonly request: PushRequest;
  readonly gzip: Gzip;
}

/** Lets a process end while this timer waits. */
export function unrefTimer(handle: unknown): void {
  if (hasRef(handle)) handle.unref();
}

/** Keeps a process up until this timer has fired. */
export function refTimer(handle: unknown): void {
  if (hasRef(handle)) handle.ref();
}

function hasRef(handle: unknown): handle is NodeJS.Timeout {
  return typeof handle === 'object' && handle !== null && 'unref' in handle && 'ref' in handle;
}
