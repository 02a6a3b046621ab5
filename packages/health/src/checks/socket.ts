import type { Socket } from 'node:net';

/**
 * Waits until a socket is connected; rejects when it fails or when `stop` aborts, and leaves no listener on `stop`.
 * Whoever made the socket destroys it.
 */
export async function connected(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  stop: AbortSignal,
): Promise<void> {
  const done = Promise.withResolvers<void>();
  const onStop = (): void => done.reject(stop.reason);
  stop.addEventListener('abort', onStop, { once: true });
  // Stays: an error after the connection was made would otherwise end the process.
  socket.on('error', (error) => done.reject(error));
  socket.once('close', () => done.reject(new Error('the other side closed the connection')));
  socket.once(event, () => done.resolve());
  try {
    await done.promise;
  } finally {
    stop.removeEventListener('abort', onStop);
  }
}
