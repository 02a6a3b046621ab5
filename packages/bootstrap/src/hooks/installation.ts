import type { Finding } from '../report/finding.ts';
import type { PackageDetails } from './package-details.ts';

/** What is known about the process and the service when Sightline is loaded, before it has registered anything. */
export interface InstallationFacts {
  /** The copy of `@opentelemetry/api` that is used here. */
  readonly ownApi: PackageDetails;
  /** All copies of it that the service finds or has loaded. */
  readonly apis: readonly PackageDetails[];
  /** What was registered with the API before: `trace`, `context`, …; by which version. */
  readonly registered: { readonly version: string; readonly kinds: readonly string[] } | undefined;
  /** Names of the packages of which something was loaded before. */
  readonly loaded: ReadonlySet<string>;
  /** Whether a TCP server was listening before, and no earlier instance was there to see it. */
  readonly listening: boolean;
  /** How often the command line and `NODE_OPTIONS` name `register`. */
  readonly preloads: number;
}

/** Everything that is wrong with an installation, and what is good to know. */
export function installationFindings(facts: InstallationFacts): Finding[] {
  return [
    ...foreignSdk(facts),
    ...otherApis(facts),
    ...loadedLate(facts),
    ...[...doublePackages].flatMap(([name, what]) =>
      facts.loaded.has(name) ? [doubleTelemetry(name, what)] : [],
    ),
    ...preloadedTwice(facts),
  ];
}

/** Kinds of globals that a foreign SDK holds; `diag` is a logger, which may be anybody's. */
function foreignSdk({ registered, ownApi }: InstallationFacts): Finding[] {
  const kinds = registered?.kinds.filter((kind) => kind !== 'diag') ?? [];
  if (registered === undefined) return [];
  if (kinds.length > 0) {
    return [
      {
        code: 'SIGHTLINE_FOREIGN_SDK',
        severity: 'error',
        problem: `another OpenTelemetry SDK has registered ${kinds.join(', ')} before`,
        expected: 'one SDK in a process',
        fix: 'take away the other preload or its start, or set OTEL_SDK_DISABLED=true for Sightline',
      },
    ];
  }
  if (registered.version === ownApi.version) return [];
  return [
    {
      code: 'SIGHTLINE_TWO_APIS',
      severity: 'error',
      problem: `@opentelemetry/api ${registered.version} was used first, and takes nothing from version ${ownApi.version}`,
      expected: 'the same version for the first one that registers something',
      fix: `install @opentelemetry/api ${ownApi.version}, or load Sightline first`,
    },
  ];
}

function otherApis({ apis, ownApi }: InstallationFacts): Finding[] {
  return distinct(apis)
    .filter(({ root }) => root !== ownApi.root)
    .map(({ version = 'of an unknown version', root }): Finding => {
      const sees = seesGlobalsOf(version, ownApi.version ?? '');
      return {
        code: 'SIGHTLINE_TWO_APIS',
        severity: sees ? 'info' : 'warn',
        problem: `the service has @opentelemetry/api ${version} in ${root}, which ${sees ? 'shares' : 'does not see'} what version ${ownApi.version} has registered`,
        expected: 'one copy, or none that is newer than the one in use',
        fix: `install @opentelemetry/api ${ownApi.version} for all`,
      };
    });
}

/**
 * Whether one version of the API uses what another one has registered: the same major version, and no newer minor one.
 *
 * Source: `internal/semver.ts` of `@opentelemetry/api`
 */
export function seesGlobalsOf(version: string, registeredBy: string): boolean {
  if (version === registeredBy) return true;
  const own = release(version);
  const other = release(registeredBy);
  return own !== undefined && other !== undefined && own.major === other.major && own.minor <= other.minor;
}

/** @returns undefined for what is no plain release, such as `2.0.0-rc.1` */
function release(version: string): { readonly major: number; readonly minor: number } | undefined {
  const match = /^(\d+)\.(\d+)\.\d+$/.exec(version);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

function loadedLate({ listening }: InstallationFacts): Finding[] {
  if (!listening) return [];
  return [
    {
      code: 'SIGHTLINE_LOADED_LATE',
      severity: 'error',
      problem: 'a server was listening already when Sightline was loaded',
      expected: 'Sightline before everything else',
      fix: 'start with node --import @sightline/bootstrap/register',
    },
  ];
}

function preloadedTwice({ preloads }: InstallationFacts): Finding[] {
  if (preloads < 2) return [];
  return [
    {
      code: 'SIGHTLINE_OPTIONS',
      severity: 'info',
      problem: `@sightline/bootstrap/register is named ${preloads} times on the command line and in NODE_OPTIONS`,
      expected: 'once; the others do nothing',
      fix: 'take the others away',
    },
  ];
}

const SPANS = 'spans of requests';
const LINES = 'log lines of requests';
const METRICS = 'metrics of requests';

/** Packages that do what Sightline does, and what comes twice with them. */
export const doublePackages: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '@opentelemetry/auto-instrumentations-node': SPANS,
    '@opentelemetry/instrumentation-express': SPANS,
    '@opentelemetry/instrumentation-http': SPANS,
    '@opentelemetry/instrumentation-undici': SPANS,
    '@opentelemetry/sdk-node': SPANS,
    'dd-trace': SPANS,
    'elastic-apm-node': SPANS,
    'express-prom-bundle': METRICS,
    'express-pino-logger': LINES,
    morgan: LINES,
    newrelic: SPANS,
    'pino-http': LINES,
    'prometheus-api-metrics': METRICS,
  }),
);

/** @param what comes twice with the package of that name */
export function doubleTelemetry(name: string, what: string): Finding {
  return {
    code: 'SIGHTLINE_DOUBLE_TELEMETRY',
    severity: 'warn',
    problem: `${name} is loaded, and ${what} may come twice`,
    expected: 'one that records them',
    fix: `take ${name} away, or turn off what it does with requests`,
  };
}

function distinct(packages: readonly PackageDetails[]): PackageDetails[] {
  return [...new Map(packages.map((each) => [each.root, each])).values()];
}
