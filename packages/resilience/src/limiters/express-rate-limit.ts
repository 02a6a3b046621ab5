import { SightlineError } from '@sightline/errors';
import { isLoose, isThenable, type Loose } from '../shape.ts';
import type { WatchContext, Watcher, Watching } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import {
  configOf,
  isLimiterMiddleware,
  type LimiterConfig,
  type LimiterMiddleware,
  ruleOf,
} from './express-config.ts';
import { createLimiterMeter, type LimiterMeter } from './limiter-meter.ts';
import { createLimitedRoutes } from './limited-routes.ts';

/** Watches middlewares of express-rate-limit that are made already, and in use. */
export const expressRateLimit: Watcher<LimiterMiddleware> = {
  kind: 'rate_limiter',
  supports: 'a middleware of express-rate-limit',
  recognises: isLimiterMiddleware,
  watch(middleware, context) {
    const config = configOf(middleware);
    if (config === undefined) throw opaque();
    return watchConfig(config, context);
  },
};

function opaque(): SightlineError {
  return new SightlineError('SIGHTLINE_WATCH_UNKNOWN', {
    problem: 'watch() cannot look into this middleware of express-rate-limit',
    expected: 'a version that keeps its options in a closure, and a Node.js that may use its inspector',
    fix: 'make it with watchableRateLimit(rateLimit, options) of @sightline/resilience/express-rate-limit',
  });
}

/** What the middleware writes on the request. */
interface RateLimitInfo {
  readonly limit: number;
  readonly used: number;
  readonly resetTime?: Date | undefined;
  readonly key?: unknown;
}

interface Hooks {
  readonly meter: LimiterMeter;
  readonly onLimited: (request: Loose) => void;
  /** Weak: the hooks are held by what takes them off, which is kept. */
  readonly config: WeakRef<LimiterConfig>;
}

function watchConfig(config: LimiterConfig, context: WatchContext): Watching<LimiterMiddleware> {
  const hasStore = config.store.localKeys !== true;
  const meter = createLimiterMeter(context, { rules: [ruleOf(config)], hasStore });
  const reference = new WeakRef(config);
  const hooks: Hooks = { meter, onLimited: createLimitedRoutes(context), config: reference };
  const unwrapSkip = wrapMethod(config, 'skip', (original) => skipHook(original, meter));
  const restoreLimit = replaceLimit(config, hooks);
  const unwrapIncrement = hasStore
    ? wrapMethod(config.store, 'increment', (original) => incrementHook(original, hooks))
    : undefined;
  return {
    dispose() {
      const it = reference.deref();
      if (it === undefined) return;
      unwrapIncrement?.(it.store);
      restoreLimit(it);
      unwrapSkip(it);
    },
    collect: () => meter.collect(),
    status: () => meter.status(),
    awaitsCall: meter.awaitsCall,
  };
}

function skipHook(original: LimiterConfig['skip'], meter: LimiterMeter): LimiterConfig['skip'] {
  function note(answer: unknown): unknown {
    if (answer) meter.skipped();
    return answer;
  }
  return function skip(this: never, request, response) {
    const answer = original.call(this, request, response);
    return isThenable(answer) ? answer.then(note) : note(answer);
  };
}

/** The memory store cannot fail; any other can, or can never answer. */
function incrementHook(
  original: LimiterConfig['store']['increment'],
  { meter, config }: Hooks,
): LimiterConfig['store']['increment'] {
  function failed(error: unknown): void {
    const outcome = config.deref()?.passOnStoreError === true ? 'fail_open' : 'fail_closed';
    meter.answered();
    meter.storeFailed(error, outcome);
    meter.undecided(outcome);
  }
  return function increment(this: never, key) {
    meter.asking();
    let counted: unknown;
    try {
      counted = original.call(this, key);
    } catch (error) {
      failed(error);
      throw error;
    }
    if (!isThenable(counted)) {
      meter.answered();
      return counted;
    }
    return counted.then(
      (result) => {
        meter.answered();
        meter.storeWorked();
        return result;
      },
      (error: unknown) => {
        failed(error);
        throw error;
      },
    );
  };
}

/**
 * Asking for the limit is the last thing the middleware does before it writes on the request what it has found, and it
 * waits for the answer for one turn of the microtask queue.
 */
function replaceLimit(config: LimiterConfig, { meter, onLimited }: Hooks): (config: LimiterConfig) => void {
  const original = config.limit;
  const property = config.requestPropertyName;
  let isOn = true;

  function read(request: Loose): void {
    const info = request[property];
    if (!isOn || !isInfo(info)) return;
    const isLimited = info.used > info.limit;
    meter.rule(0, isLimited);
    if (!isLimited) return meter.allowed(info.limit > 0 ? (info.limit - info.used) / info.limit : undefined);
    meter.limited(info.key, info.resetTime && info.resetTime.getTime() - Date.now());
    onLimited(request);
  }

  function limitHook(this: never, request: never, response: never): number | PromiseLike<number> {
    const limit = typeof original === 'function' ? original.call(this, request, response) : original;
    if (!isThenable(limit)) {
      queueMicrotask(() => queueMicrotask(() => read(request)));
      return limit;
    }
    const awaited: Promise<number> = Promise.resolve(limit);
    void awaited.then(
      () => queueMicrotask(() => read(request)),
      () => {},
    );
    return awaited;
  }

  config.limit = limitHook;
  return (it) => {
    isOn = false;
    if (it.limit === limitHook) it.limit = original;
  };
}

function isInfo(value: unknown): value is RateLimitInfo {
  return isLoose(value) && typeof value['used'] === 'number' && typeof value['limit'] === 'number';
}
