import { EventEmitter } from 'node:events';

/** What a server does with connections. */
export interface FakeServer {
  refusal: Error | undefined;
  /** Connections are made as soon as it is unset. */
  gate: Promise<void> | undefined;
}

/** A client of pg without a server, for the option `Client` of its pool. */
export function fakePgClient(server: FakeServer): new () => EventEmitter {
  return class FakeClient extends EventEmitter {
    readonly connection = { stream: { destroy: () => this.#fail?.(new Error('destroyed')) } };
    readonly _queryable = true;
    #fail: ((error: Error) => void) | undefined;

    connect(callback: (error?: Error) => void): void {
      this.#fail = callback;
      void (async () => {
        await server.gate;
        callback(server.refusal);
      })();
    }

    query(
      _text: string,
      _values: unknown,
      callback: (error: Error | undefined, result?: object) => void,
    ): void {
      queueMicrotask(() => callback(undefined, { rows: [] }));
    }

    end(callback?: () => void): void {
      queueMicrotask(() => callback?.());
    }

    isConnected(): boolean {
      return true;
    }

    ref(): void {}
    unref(): void {}
  };
}
