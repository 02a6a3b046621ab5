import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Of the line of all cores: user, nice, system, idle, waiting, interrupts of two kinds, stolen. */
const STOLEN = 8;
/** Of the kernel's counts [ms]. */
const TICK_MS = 10;

/** Time that the host of a virtual machine has taken from all cores since its start [ms]; 0 where nobody says so. */
function stolenMs(): number {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n');
    return Number(line.split(/\s+/)[STOLEN] ?? 0) * TICK_MS;
  } catch {
    return 0;
  }
}

/** Begins to look. @returns the share of all cores' time that was stolen since */
export function watchStolen(): () => number {
  const [beganMs, before] = [performance.now(), stolenMs()];
  return () => (stolenMs() - before) / ((performance.now() - beganMs) * availableParallelism());
}
