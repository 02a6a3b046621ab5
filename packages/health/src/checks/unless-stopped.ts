/**
 * Waits for `promise`, or until `stop` aborts, and leaves no listener on `stop`. What the promise does afterwards is
 * for the caller to follow.
 *
 * @returns undefined when `stop` was first
 */
export async function unlessStopped<T>(promise: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  if (stop.aborted) return undefined;
  const stopped = Promise.withResolvers<undefined>();
  const onAbort = (): void => stopped.resolve(undefined);
  stop.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, stopped.promise]);
  } finally {
    stop.removeEventListener('abort', onAbort);
  }
}
