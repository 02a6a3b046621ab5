import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '../server/http-error.ts';
import type { Route } from '../server/route.ts';
import type { JournalEntry } from '../store/journal.ts';
import { type Keeper, diskProblem } from './keeper.ts';
import { type TakenOnce, takenOnce } from './taken-once.ts';

/** What a request's body needs besides itself to be read again. */
const KEPT_HEADERS = ['content-type'] as const;

/** How long a sender should wait before it tries again what the disk did not take [s]. */
const RETRY_AFTER_SECONDS = '5';

/**
 * Routes that take each body once, and write it into the journal before they answer: what was acknowledged is there after a
 * crash. What the disk does not take is answered 503, which every exporter sends again.
 *
 * A body that was taken in part, such as one with samples that are too old, is kept whole.
 */
export function journaledRoutes(routes: readonly Route[], keeper: Keeper, now: () => number): TakenOnce {
  return takenOnce(routes, ({ path }, { request, body }) => {
    const note = JSON.stringify(
      Object.fromEntries(KEPT_HEADERS.map((name) => [name, request.headers[name]])),
    );
    try {
      keeper.keep({ kind: path, timeMs: now(), note, body });
    } catch (error) {
      throw notKept(error);
    }
  });
}

/** The answer to what the disk did not take. */
export function notKept(error: unknown): HttpError {
  return new HttpError(503, diskProblem(error), { 'retry-after': RETRY_AFTER_SECONDS });
}

/** Takes an entry of one of the routes in once more; an entry of something else is left alone. */
export async function replayRequest(
  routes: readonly Route[],
  again: TakenOnce['again'],
  entry: JournalEntry,
): Promise<void> {
  const route = routes.find(({ path }) => path === entry.kind);
  if (route === undefined) return;
  await again(route, {
    request: { headers: JSON.parse(entry.note) as object } as IncomingMessage,
    response: {} as ServerResponse,
    path: entry.kind,
    parameters: new URLSearchParams(),
    params: {},
    body: Buffer.from(entry.body),
    signal: new AbortController().signal,
  });
}
