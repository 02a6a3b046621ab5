import { vi } from 'vitest';

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What the app asked for, in order. */
interface FakeServer {
  readonly asked: readonly Asked[];
  /** The newest. */
  readonly last: Asked;
}

/** A browser's window, as far as requests and the address look at one. */
export interface FakeWindow {
  location: URL;
  /** What was pushed and replaced: `push /logs`. */
  readonly moves: readonly string[];
  /** Tells those who listen to the window or the document. */
  tell(type: string, event?: object): void;
}

/** Stands there until `vi.unstubAllGlobals()`; the document that listens as well is the window itself. */
export function fakeWindow(href = 'http://127.0.0.1:9464/'): FakeWindow {
  const kept = new Map<string, string>();
  const moves: string[] = [];
  const listeners: { readonly type: string; readonly listen: (event: object) => void }[] = [];
  const move =
    (how: string) =>
    (_: unknown, __: string, to: string): void => {
      moves.push(`${how} ${to}`);
      own.location = new URL(to, own.location);
    };
  const own = {
    location: new URL(href),
    moves,
    sessionStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
    },
    history: { pushState: move('push'), replaceState: move('replace') },
    scrollTo: () => void moves.push('to the top'),
    addEventListener: (type: string, listen: (event: object) => void) =>
      void listeners.push({ type, listen }),
    tell(type: string, event: object = {}) {
      for (const each of listeners) if (each.type === type) each.listen(event);
    },
    hidden: false,
    querySelector: () => null,
  };
  vi.stubGlobal('window', own);
  vi.stubGlobal('document', own);
  return own;
}

/**
 * Answers in place of a server, until `vi.unstubAllGlobals()`.
 *
 * @param answer a value becomes JSON; what it throws is a server that does not answer
 */
export function fakeServer(answer: (asked: Asked) => unknown): FakeServer {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit) => {
    const url = new URL(address, 'http://127.0.0.1:9464');
    const one: Asked = {
      method: init.method ?? 'GET',
      path: url.pathname,
      params: url.searchParams,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as unknown) : undefined,
    };
    asked.push(one);
    init.signal?.throwIfAborted();
    const given = await answer(one);
    return given instanceof Response ? given : Response.json(given);
  });
  return {
    asked,
    get last() {
      const one = asked.at(-1);
      if (one === undefined) throw new Error('nothing was asked');
      return one;
    },
  };
}
