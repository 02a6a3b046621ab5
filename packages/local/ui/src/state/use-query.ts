import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, problemFrom } from '../api/request.ts';
import { waitForOther } from './asking.ts';
import { type Location, location } from './location.ts';
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
 * @param options.live false for what does not change: it is asked again only for as long as it fails
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
  const running = useRef<{ readonly key: string; giveUp(): void } | undefined>(undefined);
  const latest = useRef(ask);
  latest.current = ask;
  const tick = live || isWorthAnother(state.error) ? refreshed.value : undefined;
  const asked = useRef<{ readonly key: string; readonly tick: number; readonly at: Location } | undefined>(
    undefined,
  );

  useEffect(() => {
    if (key === undefined) {
      running.current?.giveUp();
      running.current = undefined;
      asked.current = undefined;
      setState({ key, data: undefined, error: undefined, loading: false });
      return;
    }
    if (running.current?.key === key) return;
    if (asked.current?.key === key && (tick === undefined || asked.current.tick === tick)) return;
    const at = location.peek();
    const isOther = asked.current !== undefined && asked.current.at !== at;
    asked.current = { key, tick: refreshed.peek(), at };
    running.current?.giveUp();
    const controller = new AbortController();
    const came = isOther ? waitForOther() : undefined;
    const own = {
      key,
      giveUp() {
        came?.();
        controller.abort();
      },
    };
    running.current = own;
    // Why another question was not answered says nothing of this one.
    setState(({ key: answered, data, error }) => ({
      key,
      data,
      error: answered === key ? error : undefined,
      loading: true,
    }));
    const settle = (change: Partial<Query<Data>>): void => {
      if (running.current !== own) return;
      running.current = undefined;
      came?.();
      setState((before) => ({ ...before, loading: false, ...change }));
    };
    latest.current(controller.signal).then(
      (data) => settle({ data, error: undefined }),
      (error: unknown) => settle({ error: problemFrom(error) }),
    );
  }, [key, tick]);

  useEffect(() => () => running.current?.giveUp(), []);
  return state;
}

/** A server that is away, wants a token or stumbles may answer the next time; what it does not have it will not have then. */
function isWorthAnother(error: Error | undefined): boolean {
  return error !== undefined && !(error instanceof ApiError && [400, 404, 422].includes(error.status));
}
