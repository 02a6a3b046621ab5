import { isThenable } from '../shape.ts';
import type { Watcher } from '../watcher.ts';
import { wrapMethod } from '../wrap-method.ts';
import { type CockatielFallback, isCockatielFallback } from './cockatiel-shapes.ts';

/** Fallbacks of cockatiel. It emits nothing when the fallback is used, so what makes it is wrapped. */
export const cockatielFallback: Watcher<CockatielFallback> = {
  kind: 'fallback',
  supports: 'fallback() of cockatiel',
  recognises: isCockatielFallback,
  watch(fallback, context) {
    const success = context.counter('fallback_calls_total', 'success');
    const failure = context.counter('fallback_calls_total', 'failure');
    const used = context.counter('fallback_calls_total', 'fallback');
    const failed = context.counter('fallback_calls_total', 'fallback_failed');
    function succeeded(value: unknown): unknown {
      used.add(1);
      context.decided('fallback');
      return value;
    }

    function threw(error: unknown): never {
      failed.add(1);
      context.decided('fallback_failed');
      throw error;
    }

    const unwrap = wrapMethod(
      fallback,
      'value',
      (make) =>
        function watchedValue(this: CockatielFallback) {
          let value: unknown;
          try {
            value = make.call(this);
          } catch (error) {
            threw(error);
          }
          return isThenable(value) ? value.then(succeeded, threw) : succeeded(value);
        },
    );
    const listeners = [
      fallback.onSuccess(() => success.add(1)),
      fallback.onFailure(({ handled }) => {
        if (handled) return;
        failure.add(1);
        context.decided('failure');
      }),
    ];
    return {
      dispose(it) {
        for (const listener of listeners) listener.dispose();
        unwrap(it);
      },
      status: () => ({ library: 'cockatiel' }),
    };
  },
};
