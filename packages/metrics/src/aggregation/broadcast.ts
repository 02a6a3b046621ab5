import { BroadcastChannel } from 'node:worker_threads';

/**
 * Listens to what other threads say on a channel; that alone keeps no thread alive.
 *
 * @returns ends it
 */
export function listen(name: string, receive: (message: unknown) => void): () => void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is what the types know
  channel.onmessage = (event) => receive((event as { readonly data: unknown }).data);
  channel.unref();
  return () => channel.close();
}

/** Tells all other threads that listen. The channel is open no longer than that, or it would take in what others say. */
export function broadcast(name: string, message: unknown): void {
  const channel = new BroadcastChannel(name);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads, not windows
  channel.postMessage(message);
  channel.close();
}
