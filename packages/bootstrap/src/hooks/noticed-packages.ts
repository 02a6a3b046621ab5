import type { Finding } from '../report/finding.ts';
import { doublePackages, doubleTelemetry } from './installation.ts';
import type { ModuleTarget } from './module-hooks.ts';

/** For `hookModules`: tells of packages that do what Sightline does, when the service loads one. Nothing is changed. */
export function noticedPackages(onFinding: (finding: Finding) => void): ModuleTarget[] {
  return Object.keys(doublePackages).map((name) => ({
    name,
    notice: true,
    beforeLoad() {
      const finding = doubleTelemetry(name);
      if (finding) onFinding(finding);
    },
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
