import { wrapMethod } from '../wrap-method.ts';
import type { BreakerRecord } from './breaker-record.ts';
import { type OpossumBreaker, stateOf } from './opossum-shape.ts';

/**
 * Follows what is done to a breaker by hand: `disable` and `enable` emit nothing, and after `shutdown` neither do calls,
 * so these methods are wrapped.
 *
 * @returns takes the wrappers off
 */
export function followByHand(
  breaker: OpossumBreaker,
  record: BreakerRecord,
): (breaker: OpossumBreaker) => void {
  const unwraps: ((breaker: OpossumBreaker) => void)[] = [];

  function fire(): void {
    record.call('unguarded');
  }

  function switchedOff(it: OpossumBreaker): void {
    it.off('fire', fire);
    it.on('fire', fire);
  }

  /** After it, opossum takes off all listeners, whose they may be. */
  function shutdown(this: OpossumBreaker): void {
    record.move('isolated', 'it was shut down');
    rejecting(this);
  }

  function rejecting(it: OpossumBreaker): void {
    unwraps.push(
      wrapMethod(
        it,
        'call',
        (call) =>
          function countedCall(this: OpossumBreaker, ...args) {
            if (this.isShutdown) {
              record.call('rejected');
              record.decided('rejected');
            }
            return call.apply(this, args);
          },
      ),
    );
  }

  unwraps.push(
    wrapMethod(
      breaker,
      'disable',
      (disable) =>
        function watchedDisable(this: OpossumBreaker) {
          disable.call(this);
          if (record.state() === 'isolated' || this.enabled) return;
          record.move('disabled', 'switched off by hand');
          switchedOff(this);
        },
    ),
    wrapMethod(
      breaker,
      'enable',
      (enable) =>
        function watchedEnable(this: OpossumBreaker) {
          enable.call(this);
          this.off('fire', fire);
          record.move(stateOf(this), 'switched on by hand');
        },
    ),
  );
  breaker.on('shutdown', shutdown);
  if (breaker.isShutdown) rejecting(breaker);
  else if (!breaker.enabled) switchedOff(breaker);

  return (it) => {
    it.off('shutdown', shutdown);
    it.off('fire', fire);
    for (const unwrap of unwraps) unwrap(it);
  };
}
