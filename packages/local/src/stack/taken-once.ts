import { hash } from 'node:crypto';
import type { Answer, Call, Route } from '../server/route.ts';

/** A body that came, and what it is answered, however often it comes. */
interface Taken {
  readonly answer: Promise<Answer>;
  /** Whether it is where it has to be before it is acknowledged. */
  isKept: boolean;
}

/** Bodies that are known again: who sends one anew does so within minutes. */
const MAX_BODIES = 4096;

export interface TakenOnce {
  readonly routes: readonly Route[];
  /** Takes in what an earlier process has kept of a route; what is sent again is known, whichever of them it was sent to. */
  again(route: Route, call: Call): Promise<void>;
}

/**
 * Routes that take each body once. Who did not get the answer sends the same bytes again, and a span that is twice in its
 * trace and counted twice is worse than none.
 *
 * @param keep makes what was taken outlast the process; what it throws is answered, and the next try begins with it
 */
export function takenOnce(
  routes: readonly Route[],
  keep: (route: Route, call: Call) => void = () => {},
): TakenOnce {
  const known = new Map<string, Taken>();

  function take(route: Route, call: Call, key: string): Taken {
    const taken: Taken = { answer: Promise.resolve(route.handle(call)), isKept: false };
    known.set(key, taken);
    const forget = (): void => void known.delete(key);
    taken.answer.then((answer) => isTaken(answer) || forget(), forget);
    const [oldest] = known.keys();
    if (known.size > MAX_BODIES && oldest !== undefined) known.delete(oldest);
    return taken;
  }

  return {
    routes: routes.map((route) => ({
      ...route,
      async handle(call: Call): Promise<Answer> {
        const key = keyOf(route, call);
        const taken = known.get(key) ?? take(route, call, key);
        const answer = await taken.answer;
        if (isTaken(answer) && !taken.isKept) {
          keep(route, call);
          taken.isKept = true;
        }
        if (answer.isOfNow === true && taken.isKept) known.delete(key);
        return answer;
      },
    })),
    async again(route, call) {
      const key = keyOf(route, call);
      const taken = known.get(key) ?? take(route, call, key);
      taken.isKept = true;
      const answer = await taken.answer;
      if (answer.isOfNow === true) known.delete(key);
    },
  };
}

function keyOf(route: Route, { request, body }: Call): string {
  return `${route.path} ${request.headers['content-type'] ?? ''} ${hash('sha1', body, 'base64')}`;
}

function isTaken({ status = 200, isTaken: isTakenInPart = false }: Answer): boolean {
  return isTakenInPart || status < 300;
}
