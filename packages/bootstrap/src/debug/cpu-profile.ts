import { Session } from 'node:inspector/promises';
import { setImmediate } from 'node:timers/promises';
import type { Profiler } from 'node:inspector';
import { paths } from '@sightline/conventions';
import { text } from '../admin/answers.ts';
import type { AdminRoute } from '../admin/route.ts';
import { downloadHeaders, offRoute } from './download.ts';

/** As DevTools takes it. */
const SAMPLING_INTERVAL_US = 1000;
const DEFAULT_SECONDS = 10;
const MAX_SECONDS = 60;
/** Nodes that are written in one go. */
const SLICE = 500;

/** A session of the inspector, as far as it is used. */
export type ProfilerSession = Pick<Session, 'connect' | 'disconnect'> & {
  post(method: string, params?: object): Promise<unknown>;
};

/**
 * `/debug/cpuprofile?seconds=10`: what the process does in that time, to be opened in DevTools or speedscope. One at a
 * time; it ends early when whoever asked goes away.
 *
 * @param isOn whether it was asked for at the start; else it answers how to
 */
export function cpuProfileRoute(
  isOn: boolean,
  openSession: () => ProfilerSession = () => new Session(),
): AdminRoute {
  let running = false;
  const { path } = paths.cpuProfile;
  if (!isOn) return offRoute(path, 'cpuprofile');
  return {
    path,
    methods: ['GET'],
    access: 'guarded',
    help: `A CPU profile of ?seconds=${DEFAULT_SECONDS}, at most ${MAX_SECONDS}; one at a time.`,
    async handle({ method, query, signal }) {
      const seconds = Number(query.get('seconds') ?? DEFAULT_SECONDS);
      if (!(seconds > 0 && seconds <= MAX_SECONDS)) {
        return text(400, `seconds is not a number above 0, up to ${MAX_SECONDS}.`);
      }
      if (method === 'HEAD') return { status: 200, headers: downloadHeaders('cpuprofile') };
      if (running) return text(409, 'A CPU profile is being taken already; ask again when it is done.');
      running = true;
      try {
        const profile = await takeProfile(openSession(), seconds * 1000, signal);
        return { status: 200, headers: downloadHeaders('cpuprofile'), body: written(profile) };
      } finally {
        running = false;
      }
    },
  };
}

async function takeProfile(
  session: ProfilerSession,
  durationMs: number,
  signal: AbortSignal,
): Promise<Profiler.Profile> {
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US });
    await session.post('Profiler.start');
    await elapsed(durationMs, signal);
    const { profile } = (await session.post('Profiler.stop')) as { profile: Profiler.Profile };
    return profile;
  } finally {
    // Ends the profile as well, where it still runs.
    session.disconnect();
  }
}

/** Resolves after the time, or when the signal aborts. Keeps no process alive. */
async function elapsed(durationMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, durationMs);
    timer.unref();
    signal.addEventListener('abort', done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}

/** The JSON of a profile, in slices: one of a busy minute has tens of megabytes. */
async function* written({ nodes, samples, timeDeltas, ...rest }: Profiler.Profile): AsyncGenerator<string> {
  yield JSON.stringify(rest).slice(0, -1);
  for (const [name, list] of Object.entries({ nodes, samples, timeDeltas })) {
    if (list === undefined) continue;
    yield `,"${name}":[`;
    for (let from = 0; from < list.length; from += SLICE) {
      const slice = JSON.stringify(list.slice(from, from + SLICE)).slice(1, -1);
      yield from === 0 ? slice : `,${slice}`;
      // Lets requests in between.
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await setImmediate();
    }
    yield ']';
  }
  yield '}';
}
