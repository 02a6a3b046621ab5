import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Backend, startBackend } from './backend.ts';
import type { Embedded } from './embedded.ts';
import type { Victim, VictimOptions } from './victim.ts';

/** Everything around the service. */
export interface World {
  readonly otlp: Backend;
  readonly loki: Backend;
  /** The embedded stack, where it is both of them. */
  readonly embedded: Embedded | undefined;
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

/** @param openEmbedded what is both backends instead of two that fail as they are told to, given a folder for it */
export async function openWorld(openEmbedded?: (folder: string) => Promise<Embedded>): Promise<World> {
  const spool = mkdtempSync(join(tmpdir(), 'sightline-chaos-'));
  const cleanUps = [() => rmSync(spool, { recursive: true, force: true })];
  const rest = { spool, victim: undefined };
  if (openEmbedded !== undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'sightline-chaos-stack-'));
    const embedded = await openEmbedded(folder);
    return {
      ...rest,
      otlp: embedded,
      loki: embedded,
      embedded,
      cleanUps: [...cleanUps, () => rmSync(folder, { recursive: true, force: true }), () => embedded.close()],
    };
  }
  const [otlp, loki] = await Promise.all([startBackend(), startBackend()]);
  return {
    ...rest,
    otlp,
    loki,
    embedded: undefined,
    cleanUps: [...cleanUps, () => otlp.close(), () => loki.close()],
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
