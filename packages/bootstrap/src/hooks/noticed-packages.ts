import type { Finding } from '../report/finding.ts';
import { doublePackages, doubleTelemetry } from './installation.ts';
import type { ModuleTarget } from './module-hooks.ts';

/** For `hookModules`: tells of packages that do what Sightline does, when the service loads one. Nothing is changed. */
export function noticedPackages(onFinding: (finding: Finding) => void): ModuleTarget[] {
  return [...doublePackages].map(([name, what]) => ({
    name,
    notice: true,
    beforeLoad: () => onFinding(doubleTelemetry(name, what)),
  }));
}

/** The exports of a Prometheus client that the service has loaded: one of `@prometheus-io/client` or `prom-client`. */
export interface PromClient {
  readonly name: string;
  readonly version: string | undefined;
  /** What `require` or `import *` gives. */
  readonly exports: unknown;
}

/** For `hookModules`: hands over the Prometheus clients that the service loads, each copy once. */
export function promClientTargets(onClient: (client: PromClient) => void): ModuleTarget[] {
  return ['@prometheus-io/client', 'prom-client'].map((name) => ({
    name,
    notice: true,
    onLoad: (exports, { version }) => onClient({ name, version, exports }),
  }));
}

/** What is wrong with the Prometheus clients that the service has loaded; one that is only installed does no harm. */
export function promClientFinding(loaded: readonly PromClient[]): Finding | undefined {
  if (loaded.length < 2) return undefined;
  const names = loaded.map(({ name, version = '' }) => `${name} ${version}`.trim());
  return {
    code: 'SIGHTLINE_TWO_PROM_CLIENTS',
    severity: 'warn',
    problem: `${loaded.length} Prometheus clients are in use, ${names.join(' and ')}, each with a registry of its own`,
    expected: 'one of them; what all of them have is on the page meanwhile',
    fix: 'use @prometheus-io/client for everything',
  };
}
