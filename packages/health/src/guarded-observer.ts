import type { HealthObserver } from './observer.ts';
import type { Problems } from './problems.ts';

/** An observer whose every part can be called, and that never throws. */
export function guardedObserver(observer: HealthObserver, problems: Problems): Required<HealthObserver> {
  function guarded<Args extends readonly unknown[]>(
    name: keyof HealthObserver,
    call: ((...args: Args) => void) | undefined,
  ): (...args: Args) => void {
    return (...args) => {
      try {
        call?.apply(observer, args as unknown as Args & unknown[]);
      } catch (error) {
        problems.once(
          `observer ${name}`,
          'SIGHTLINE_HEALTH_OBSERVER',
          {
            problem: `${name} of a health observer threw`,
            expected: 'an observer that takes what it is told',
            fix: 'see the cause; later failures of it are not told',
          },
          error,
        );
      }
    };
  }
  return {
    ran: guarded('ran', observer.ran),
    activeRuns: guarded('activeRuns', observer.activeRuns),
    lateResult: guarded('lateResult', observer.lateResult),
    statusChanged: guarded('statusChanged', observer.statusChanged),
    probeChanged: guarded('probeChanged', observer.probeChanged),
    removed: guarded('removed', observer.removed),
    mainThreadBlocked: guarded('mainThreadBlocked', observer.mainThreadBlocked),
  };
}
