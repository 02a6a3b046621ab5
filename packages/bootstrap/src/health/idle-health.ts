import { createHealth } from '@sightline/health';
import type { Check, CheckDefinition, Health, HealthRedactor } from '@sightline/health';
import type { Config } from '../config/config.ts';

/**
 * Health where Sightline is turned off: the service is as ready as its checks say, or an orchestrator would take it out of service. A
 * check runs when a probe asks for it and never by itself, nothing looks at the event loop, and nobody is told.
 */
export function createIdleHealth(options: Config['health'], redactor: HealthRedactor): Health {
  const { intervalMs, cacheMs, ...others } = options;
  const health = createHealth(
    { ...others, cacheMs: intervalMs ?? cacheMs, pressure: false, watchdog: false, strict: false },
    { redactor, sensor: { delaySeconds: () => 0 } },
  );
  const { add } = health;
  return Object.assign(health, {
    add: (name: string, check: Check | CheckDefinition) => add(name, whenAsked(check)),
  });
}

/** A result answers for as long as the next one would have taken to come. */
function whenAsked(check: Check | CheckDefinition): Check | CheckDefinition {
  if (typeof check === 'function') return check;
  const { intervalMs, cacheMs = intervalMs, ...others } = check;
  return { ...others, cacheMs };
}
