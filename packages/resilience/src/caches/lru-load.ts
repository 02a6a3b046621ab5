import type { LoadMeter } from './load-meter.ts';
import type { LruCacheLike, LruStatus } from './lru-shape.ts';

/** What happens at the ends of a load. */
export interface LoadEnds {
  readonly loads: LoadMeter;
  /** Before the cache does anything about it. */
  readonly onEnding: (cache: LruCacheLike, isUpdated: boolean) => void;
}

/**
 * A status that came from here. Version 10 calls its own methods within others, and hands it on to them: that is how such
 * a call is told from one of the code.
 */
export class InnerStatus implements LruStatus {
  get?: string;
  set?: string;
  fetch?: string;
  memo?: string;
  returnedStale?: boolean;
}

/**
 * What a fetch is given for its status. The cache writes `fetchResolved` or `fetchRejected` when the load comes to its
 * end, which may be long after the fetch has been answered with a stale value: the one sign of it from outside.
 */
export class LoadStatus extends InnerStatus {
  readonly #ends: LoadEnds;
  readonly #cache: LruCacheLike;
  #end: ((isSuccess: boolean) => void) | undefined;

  constructor(ends: LoadEnds, cache: LruCacheLike) {
    super();
    this.#ends = ends;
    this.#cache = cache;
  }

  /** The fetch has made the cache load. */
  begin(): void {
    this.#end = this.#ends.loads.begin();
  }

  set fetchResolved(_: boolean) {
    this.#finish(true);
  }

  set fetchRejected(_: boolean) {
    this.#finish(false);
  }

  set fetchAborted(_: boolean) {
    this.#finish(false);
  }

  set fetchUpdated(_: boolean) {
    this.#ends.onEnding(this.#cache, true);
  }

  #finish(isSuccess: boolean): void {
    const end = this.#end;
    if (end === undefined) return;
    this.#end = undefined;
    end(isSuccess);
    this.#ends.onEnding(this.#cache, false);
  }
}
