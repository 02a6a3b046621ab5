import { useEffect, useRef, useState } from 'preact/hooks';
import { refreshed } from './time-range.ts';

/** What is known of an answer: the last one stays while a new one is on its way, or failed. */
export interface Query<Data> {
  readonly data: Data | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
}

/**
 * Asks, and asks again when the key changes or everything is refreshed.
 *
 * A question that is still on its way is not asked twice: a slow server gets one at a time. When the key changes it is
 * given up, and what came of it is not shown.
 *
 * @param key what the question depends on; undefined asks nothing
 */
export function useQuery<Data>(
  key: string | undefined,
  ask: (signal: AbortSignal) => Promise<Data>,
  { live = true }: { readonly live?: boolean } = {},
): Query<Data> {
  const [state, setState] = useState<Query<Data> & { readonly key: string | undefined }>({
    key,
    data: undefined,
    error: undefined,
    loading: key !== undefined,
  });
  const running = useRef<{ readonly key: string; readonly controller: AbortController } | undefined>(
    undefined,
  );
  const latest = useRef(ask);
  latest.current = ask;
  const tick = live ? refreshed.value : 0;

  useEffect(() => {
    if (key === undefined) {
      running.current?.controller.abort();
      running.current = undefined;
      setState({ key, data: undefined, error: undefined, loading: false });
      return;
    }
    if (running.current?.key === key) return;
    running.current?.controller.abort();
    const own = { key, controller: new AbortController() };
    running.current = own;
    setState((before) => ({ ...before, key, loading: true }));
    const settle = (change: Partial<Query<Data>>): void => {
      if (running.current !== own) return;
      running.current = undefined;
      setState((before) => ({ ...before, loading: false, ...change }));
    };
    latest.current(own.controller.signal).then(
      (data) => settle({ data, error: undefined }),
      (error: unknown) => settle({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }, [key, tick]);

  useEffect(() => () => running.current?.controller.abort(), []);
  return state;
}
