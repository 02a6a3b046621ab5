/** How a wait ended. */
export type WaitEnd =
  | { readonly outcome: 'done' | 'timeout' | 'hurried' }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * Waits for some work, but no longer than its time, and no longer than until it is hurried. Never rejects. The process
 * stays alive meanwhile.
 *
 * @param work begins even when it is hurried already, so that it can do what takes no time
 * @param timeoutMs longest wait [ms]
 */
export function waitUntil(
  work: () => Promise<unknown>,
  timeoutMs: number,
  hurry: AbortSignal,
): Promise<WaitEnd> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => end({ outcome: 'timeout' }), timeoutMs);
    const onHurry = (): void => end({ outcome: 'hurried' });
    function end(how: WaitEnd): void {
      clearTimeout(timer);
      hurry.removeEventListener('abort', onHurry);
      resolve(how);
    }
    work().then(
      () => end({ outcome: 'done' }),
      (error: unknown) => end({ outcome: 'failed', error }),
    );
    // What takes no time is done by then.
    if (hurry.aborted) setImmediate(onHurry);
    else hurry.addEventListener('abort', onHurry, { once: true });
  });
}

/** Waits for a time [ms], or until it is hurried. */
export async function pause(durationMs: number, hurry: AbortSignal): Promise<void> {
  if (durationMs === 0 || hurry.aborted) return;
  await waitUntil(() => new Promise(() => {}), durationMs, hurry);
}
