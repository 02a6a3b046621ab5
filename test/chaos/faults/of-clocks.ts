import { fileURLToPath } from 'node:url';
import { victimOf } from '../world.ts';
import { type Fault, shippers } from './fault.ts';

const HOUR_MS = 3_600_000;

function clockFault(name: string, title: string, shiftMs: number, also: Partial<Fault> = {}): Fault {
  return {
    name,
    group: 'the clock',
    title,
    on: shippers,
    prepare: () =>
      Promise.resolve({ flags: ['--import', fileURLToPath(new URL('../clock.mjs', import.meta.url))] }),
    begin: (world) => victimOf(world).shiftClock(shiftMs),
    end: (world) => victimOf(world).shiftClock(0),
    ...also,
  };
}

export const clockFaults: readonly Fault[] = [
  clockFault('clock-forward', 'jumps an hour ahead and back', HOUR_MS),
  clockFault('clock-back', 'jumps an hour back and ahead', -HOUR_MS),
  clockFault('clock-forward-refused', 'jumps an hour ahead, both backends away', HOUR_MS, {
    backend: 'both',
    async begin(world) {
      await Promise.all([world.otlp.setFault('refused'), world.loki.setFault('refused')]);
      await victimOf(world).shiftClock(HOUR_MS);
    },
    async end(world) {
      await Promise.all([world.otlp.setFault('none'), world.loki.setFault('none')]);
      await victimOf(world).shiftClock(0);
    },
  }),
];
