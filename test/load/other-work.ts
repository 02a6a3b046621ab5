import { readFileSync } from 'node:fs';

/** Ticks of `/proc/stat` are hundredths of a second on every Linux. Source: proc(5), `USER_HZ`. */
const MICROS_PER_TICK = 10_000;

/**
 * CPU time that all programs of this machine have used so far, and what its host took from it [µs].
 *
 * @returns undefined where the system does not tell
 */
export function machineCpuUs(): number | undefined {
  try {
    const [, ...ticks] = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]?.trim().split(/\s+/) ?? [];
    const [user, nice, system, , , irq, softirq, steal] = ticks.map(Number);
    const busy = [user, nice, system, irq, softirq, steal].reduce<number>(
      (sum, each) => sum + (each ?? 0),
      0,
    );
    return busy * MICROS_PER_TICK;
  } catch {
    return undefined;
  }
}
