import type { CheckChange, HealthObserver, ProbeName } from '@sightline/health';
import type { WriteReport } from '../report/startup-report.ts';

/** How a line of health is written; `debug` is for what everybody expects. */
export type WriteHealth = (
  level: 'debug' | Parameters<WriteReport>[0],
  fields: Readonly<Record<string, unknown>>,
  message: string,
) => void;

/**
 * Writes a line for each change of a check and of a probe, with its cause.
 *
 * @param isDraining then the drain says why readiness fails
 */
export function healthLog(write: WriteHealth, isDraining: () => boolean): HealthObserver {
  const passed = new Set<ProbeName>();

  return {
    statusChanged(change) {
      const { check, critical, from, to, cause } = change;
      const became = `${critical ? 'the critical check' : 'the check'} ${check} is ${to}`;
      const why = cause === undefined ? '' : `: ${cause}`;
      write(
        levelOf(change),
        { check, critical, from, to, ...(cause !== undefined && { cause }) },
        `${became}, it was ${from}${to === 'up' ? '' : why}`,
      );
    },
    probeChanged({ probe, ok, causes }) {
      if (ok) {
        write(passed.has(probe) ? 'info' : 'debug', { probe }, `${probe} passes`);
        passed.add(probe);
      } else if (passed.has(probe) && !isDraining()) {
        write('warn', { probe }, `${probe} fails: ${causes.join('; ')}`);
      }
    },
    mainThreadBlocked({ blockedSeconds, route, stack }) {
      const where = route === undefined ? '' : ` after a request to ${route}`;
      write(
        'error',
        { blockedSeconds, route, stack },
        `the main thread stood still for ${blockedSeconds} s${where}`,
      );
    },
  };
}

/** The first success is what everybody expects. */
function levelOf({ from, to }: CheckChange): 'debug' | 'info' | 'warn' {
  if (to === 'up') return from === 'unknown' ? 'debug' : 'info';
  return to === 'unknown' ? 'info' : 'warn';
}
