import type { Telemetry } from '../victim.ts';
import { type World, victimOf } from '../world.ts';
import { shippers } from './fault.ts';

/** How the process ends, at a random moment under load. */
export interface Ending {
  readonly name: string;
  readonly title: string;
  readonly on: readonly Telemetry[];
  readonly flags?: readonly string[];
  /** True when nothing of the process runs any more: what was in its memory is gone, and nobody can count it. */
  readonly isAbrupt: boolean;
  end(world: World): void;
}

/** Libraries that look after the end of a process as well. */
const everybody = [...shippers, 'terminus', 'lightship'] as const;

export const endings: readonly Ending[] = [
  ...(['SIGTERM', 'SIGINT', 'SIGKILL'] as const).map((signal) => ({
    name: signal.toLowerCase(),
    title: signal,
    on: signal === 'SIGKILL' ? shippers : everybody,
    isAbrupt: signal === 'SIGKILL',
    end: (world: World) => void victimOf(world).child.kill(signal),
  })),
  {
    name: 'out-of-memory',
    title: 'out of memory',
    on: shippers,
    flags: ['--max-old-space-size=96'],
    isAbrupt: true,
    end: (world) => victimOf(world).tell('hoard'),
  },
  {
    name: 'uncaught-exception',
    title: 'an exception that nobody catches',
    on: everybody,
    isAbrupt: false,
    end: (world) => victimOf(world).tell('throw'),
  },
  {
    name: 'unhandled-rejection',
    title: 'a rejection that nobody handles',
    on: everybody,
    isAbrupt: false,
    end: (world) => victimOf(world).tell('reject'),
  },
];
