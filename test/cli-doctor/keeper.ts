import { type Fake, type TempoFaults, startFakeTempo } from './fake-servers.ts';
import { type Front, type FrontRules, startFront } from './front.ts';
import { type DoctorService, startService } from './start-service.ts';

/** Starts what a test needs and ends all of it. */
export interface Keeper {
  kept<Running>(started: Promise<Running>, end: (running: Running) => Promise<unknown>): Promise<Running>;
  front(rules: FrontRules): Promise<Front>;
  startService(env: Readonly<Record<string, string>>, preloads?: boolean): Promise<DoctorService>;
  fakeTempo(faults?: TempoFaults): Promise<Fake>;
  endAll(): Promise<void>;
}

export function createKeeper(): Keeper {
  const ends: (() => Promise<unknown>)[] = [];
  const kept: Keeper['kept'] = async (started, end) => {
    const running = await started;
    ends.push(() => end(running));
    return running;
  };
  return {
    kept,
    front: (rules) => kept(startFront(rules), (each) => each.close()),
    startService: (env, preloads = true) => kept(startService(env, preloads), (each) => each.stop()),
    fakeTempo: (faults) => kept(startFakeTempo(faults), (each) => each.close()),
    async endAll() {
      await Promise.all(ends.toReversed().map((end) => end()));
    },
  };
}
