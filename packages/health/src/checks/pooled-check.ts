import { failureText } from './failure-text.ts';
import { isExhausted, noConnection, type PoolNumbers } from './pool-numbers.ts';
import { createQueuePlaces, type PoolDoor } from './queue-places.ts';
import { type BuiltInCheck, down, timedCheck, up } from './timed-check.ts';

export interface PooledCheckSetup<Connection> extends PoolDoor<Connection> {
  readonly timeoutMs: number;
  /** Asks, and sees to it that the connection is given back or closed, also when `stop` aborts. */
  readonly askOnce: (connection: Connection, stop: AbortSignal) => Promise<void>;
  readonly readNumbers: () => PoolNumbers | undefined;
  /** What it means that a connection was had and no answer came. */
  readonly noAnswer: (afterMs: number) => string;
  /** Where to look at what the connections do. */
  readonly hint: string;
}

/** Takes a connection of a pool and asks over it; a pool that is exhausted is told from a server that does not answer. */
export function pooledCheck<Connection>(setup: PooledCheckSetup<Connection>): BuiltInCheck {
  const { timeoutMs, take, giveBack, askOnce, readNumbers, noAnswer, hint } = setup;
  const connection = createQueuePlaces<Connection>({ take, giveBack });

  return timedCheck(timeoutMs, () => {
    let isConnected = false;

    return {
      async work(stop) {
        const taken = await connection(stop);
        // Nobody waits for this answer any more.
        if (taken === undefined) return up();
        isConnected = true;
        await askOnce(taken, stop);
        return up(readNumbers());
      },
      late: (afterMs) =>
        isConnected
          ? down(noAnswer(afterMs), readNumbers())
          : noConnection(readNumbers(), `no connection after ${afterMs} ms`, hint),
      failed: (error) =>
        isConnected || !isExhausted(readNumbers())
          ? down(failureText(error), readNumbers())
          : noConnection(readNumbers(), failureText(error), hint),
    };
  });
}
