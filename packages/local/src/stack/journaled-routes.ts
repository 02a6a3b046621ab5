import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Call, Route } from '../server/route.ts';
import type { Journal, JournalEntry } from '../store/journal.ts';

/** What a request's body needs besides itself to be read again. */
const KEPT_HEADERS = ['content-type'] as const;

/**
 * Routes that write what they took into the journal before they answer: what was acknowledged is there after a crash.
 *
 * A body that was taken in part, such as one with samples that are too old, is kept whole.
 */
export function journaledRoutes(
  routes: readonly Route[],
  journal: Journal,
  now: () => number,
): readonly Route[] {
  return routes.map((route) => ({
    ...route,
    async handle(call: Call): Promise<Answer> {
      const answer = await route.handle(call);
      if ((answer.status ?? 200) < 300) {
        const note = JSON.stringify(
          Object.fromEntries(KEPT_HEADERS.map((name) => [name, call.request.headers[name]])),
        );
        journal.append({ kind: route.path, timeMs: now(), note, body: call.body });
      }
      return answer;
    },
  }));
}

/** Takes an entry of one of the routes in once more; an entry of something else is left alone. */
export async function replayRequest(routes: readonly Route[], entry: JournalEntry): Promise<void> {
  const route = routes.find(({ path }) => path === entry.kind);
  if (route === undefined) return;
  await route.handle({
    request: { headers: JSON.parse(entry.note) as object } as IncomingMessage,
    response: {} as ServerResponse,
    path: entry.kind,
    parameters: new URLSearchParams(),
    params: {},
    body: Buffer.from(entry.body),
    signal: new AbortController().signal,
  });
}
