import type { ServerFacts } from '../facts.ts';
import { type Page, parsePage } from '../exposition.ts';
import type { Endpoint } from '../../http/endpoint.ts';
import { type Answer, type Probe, isOk } from '../probe.ts';

/** Asks one server, with what it takes to be let in. */
export type Ask = (path: string, post?: { readonly body: string; readonly type: string }) => Promise<Answer>;

export function asker(probe: Probe, { url, headers }: Endpoint): Ask {
  return (path, post) =>
    probe({
      url: `${url}${path}`,
      headers: post === undefined ? headers : { ...headers, 'content-type': post.type },
      ...(post === undefined ? {} : { method: 'POST', body: post.body }),
    });
}

export async function pageOf(ask: Ask): Promise<Page> {
  const answer = await ask('/metrics');
  return isOk(answer) ? parsePage(answer.text) : [];
}

/** Whether there is anything to ask further. */
export function isReachable({ ready }: Pick<ServerFacts, 'ready'>): boolean {
  return ready.kind === 'answer' && ready.status !== 401 && ready.status !== 403;
}

/** What a server answers to whether it is ready; where it is, and its data is not for whoever asks, what it says to that. */
export function refusalOr(ready: Answer, data: Answer): Answer {
  const isRefused = data.kind === 'answer' && (data.status === 401 || data.status === 403);
  return isOk(ready) && isRefused ? data : ready;
}
