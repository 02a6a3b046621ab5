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

/**
 * Routes that take each body once. Who did not get the answer sends the same bytes again, and a span that is twice in its
 * trace and counted twice is worse than none.
 *
 * @param keep makes what was taken outlast the process; what it throws is answered, and the next try begins with it
 */
export function takenOnce(
  routes: readonly Route[],
  keep: (route: Route, call: Call) => void = () => {},
): readonly Route[] {
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

  return routes.map((route) => ({
    ...route,
    async handle(call: Call): Promise<Answer> {
      const contentType = call.request.headers['content-type'] ?? '';
      const key = `${route.path} ${contentType} ${hash('sha1', call.body, 'base64')}`;
      const taken = known.get(key) ?? take(route, call, key);
      const answer = await taken.answer;
      if (isTaken(answer) && !taken.isKept) {
        keep(route, call);
        taken.isKept = true;
      }
      return answer;
    },
  }));
}

function isTaken({ status = 200, isTaken: isTakenInPart = false }: Answer): boolean {
  return isTakenInPart || status < 300;
}
