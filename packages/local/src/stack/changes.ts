/** Tells whoever waits that something has come in or was evaluated. */
export interface Changes {
  notify(): void;
  /** Resolves after the next change. @throws the signal's reason */
  next(signal: AbortSignal): Promise<void>;
}

export function createChanges(): Changes {
  const waiting = new Set<() => void>();
  let scheduled = false;

  function wake(): void {
    scheduled = false;
    const now = [...waiting];
    waiting.clear();
    for (const each of now) each();
  }

  return {
    notify() {
      // Once a turn is enough: a push of a thousand lines is one change.
      if (scheduled || waiting.size === 0) return;
      scheduled = true;
      setImmediate(wake);
    },
    next(signal) {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const onAbort = (): void => {
        waiting.delete(onChange);
        reject(signal.reason as Error);
      };
      const onChange = (): void => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      };
      waiting.add(onChange);
      signal.addEventListener('abort', onAbort, { once: true });
      return promise;
    },
  };
}
