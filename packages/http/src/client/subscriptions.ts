import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What is done with the messages of channels, by the name of the channel. */
export type Handlers = Readonly<Record<string, (message: never) => void>>;

/**
 * Subscribes to channels. What a handler throws would end the process, so it goes to `onFailure`.
 *
 * @returns unsubscribes
 */
export function subscribeAll(
  handlers: Handlers,
  onFailure: (what: string, error: unknown) => void,
): () => void {
  const subscribed = Object.entries(handlers).map(([name, handler]) => {
    const onMessage = (message: unknown): void => {
      try {
        handler(message as never);
      } catch (error) {
        onFailure(name, error);
      }
    };
    subscribe(name, onMessage);
    return () => unsubscribe(name, onMessage);
  });
  return () => {
    for (const undo of subscribed) undo();
  };
}
