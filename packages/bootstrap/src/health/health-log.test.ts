import type { CheckChange } from '@sightline/health';
import { describe, expect, it } from 'vitest';
import { healthLog } from './health-log.ts';

function linesOf(isDraining = false) {
  const lines: string[] = [];
  const log = healthLog(
    (level, _fields, message) => lines.push(`${level} ${message}`),
    () => isDraining,
  );
  return { lines, log };
}

const change = (parts: Partial<CheckChange>): CheckChange => ({
  check: 'postgres',
  critical: true,
  from: 'up',
  to: 'down',
  cause: undefined,
  ...parts,
});

describe('healthLog', () => {
  it.each([
    [
      { cause: 'connection refused' },
      'warn the critical check postgres is down, it was up: connection refused',
    ],
    [{ critical: false }, 'warn the check postgres is down, it was up'],
    [{ to: 'degraded', cause: 'slow' }, 'warn the critical check postgres is degraded, it was up: slow'],
    [{ from: 'down', to: 'up' }, 'info the critical check postgres is up, it was down'],
    [{ from: 'unknown', to: 'up' }, 'debug the critical check postgres is up, it was unknown'],
    [{ from: 'unknown', to: 'down' }, 'warn the critical check postgres is down, it was unknown'],
  ] as const)('writes a line for %j', (parts, line) => {
    const { lines, log } = linesOf();
    log.statusChanged?.(change(parts));
    expect(lines).toEqual([line]);
  });

  it('says nothing of a probe that has never passed, and of one that fails because the service ends', () => {
    const { lines, log } = linesOf();
    log.probeChanged?.({ probe: 'readyz', ok: false, causes: ['startup: it waits'] });
    expect(lines).toEqual([]);
    log.probeChanged?.({ probe: 'readyz', ok: true, causes: [] });
    log.probeChanged?.({ probe: 'readyz', ok: false, causes: ['a: x', 'b: y'] });
    log.probeChanged?.({ probe: 'readyz', ok: true, causes: [] });
    expect(lines).toEqual(['debug readyz passes', 'warn readyz fails: a: x; b: y', 'info readyz passes']);

    const draining = linesOf(true);
    draining.log.probeChanged?.({ probe: 'readyz', ok: true, causes: [] });
    draining.log.probeChanged?.({ probe: 'readyz', ok: false, causes: ['drain: …'] });
    expect(draining.lines).toEqual(['debug readyz passes']);
  });

  it('says how long the main thread stood still, and after what', () => {
    const { lines, log } = linesOf();
    log.mainThreadBlocked?.({ blockedSeconds: 7.5, route: '/hash', stack: [] });
    log.mainThreadBlocked?.({ blockedSeconds: 7.5, route: undefined, stack: [] });
    expect(lines).toEqual([
      'error the main thread stood still for 7.5 s after a request to /hash',
      'error the main thread stood still for 7.5 s',
    ]);
  });
});
