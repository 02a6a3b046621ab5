import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, startBackend } from './backend.ts';
import type { Victim, VictimOptions } from './victim.ts';

/** Everything around the service. */
export interface World {
  readonly otlp: Backend;
  readonly loki: Backend;
  /** Where lines wait on disk. */
  readonly spool: string;
  /** The service, once it runs. */
  victim: Victim | undefined;
  /** Runs at the end, the last one first. */
  readonly cleanUps: (() => Promise<void> | void)[];
}

export type VictimEnvironment = Partial<Pick<VictimOptions, 'within' | 'flags'>> & {
  readonly env?: Readonly<Record<string, string>>;
};

export async function openWorld(): Promise<World> {
  const [otlp, loki] = await Promise.all([startBackend(), startBackend()]);
  const spool = mkdtempSync(join(tmpdir(), 'sightline-chaos-'));
  return {
    otlp,
    loki,
    spool,
    victim: undefined,
    cleanUps: [() => rmSync(spool, { recursive: true, force: true }), () => otlp.close(), () => loki.close()],
  };
}

export async function closeWorld(world: World): Promise<void> {
  await world.victim?.kill();
  // oxlint-disable-next-line no-await-in-loop -- in order
  for (const cleanUp of world.cleanUps.toReversed()) await cleanUp();
}

export function victimOf({ victim }: World): Victim {
  if (victim === undefined) throw new Error('the service does not run');
  return victim;
}
