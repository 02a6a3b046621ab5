import { thrownText } from '@sightline/errors';
import type { Metrics } from '@sightline/metrics';
import { appRegistrySource, registryOf } from '@sightline/metrics';
import type { Config } from '../config/config.ts';
import type { Reporter } from '../reporter.ts';
import { hookedFiles } from './hooked-files.ts';
import { gatherInstallation } from './installation-facts.ts';
import { installationFindings } from './installation.ts';
import { instrumentationSwitch } from './instrumentation-switch.ts';
import { instrumentations } from './instrumentations.ts';
import type { InstrumentationProviders } from './instrumentations.ts';
import { aliasFinding, moduleFinding, unknownInstrumentation } from './module-findings.ts';
import { hookModules } from './module-hooks.ts';
import type { ModuleHooks, ModuleTarget } from './module-hooks.ts';
import { type PackageAliases, packageAliases } from './package-aliases.ts';
import {
  type PromClient,
  noticedPackages,
  promClientFinding,
  promClientTargets,
} from './noticed-packages.ts';

/** The libraries of the service, as it loads them. */
export interface ServiceObserver {
  /** Whether an instrumentation is on, by the name that OpenTelemetry has for it. */
  readonly isOn: (name: string) => boolean;
  /** Hooks the loading of modules: those of the frameworks, and what else is known. */
  begin(frameworks: readonly ModuleTarget[]): void;
  stop(): void;
}

export interface ServiceObserverSetup {
  readonly config: Config;
  readonly metrics: Metrics;
  readonly report: Reporter;
  readonly providers: InstrumentationProviders;
}

export function observeService({
  config,
  metrics,
  report,
  providers,
}: ServiceObserverSetup): ServiceObserver {
  const { only, without, added } = config.instrumentations;
  const all = [...added, ...config.plugins.flatMap((plugin) => plugin.instrumentations ?? [])];
  const switches = instrumentationSwitch(
    only,
    without,
    all.map(({ instrumentationName }) => instrumentationName),
  );
  let hooks: ModuleHooks | undefined;
  let running: ReturnType<typeof instrumentations> | undefined;
  for (const name of switches.unknown) report.finding(unknownInstrumentation(name));

  return {
    isOn: switches.isOn,
    begin(frameworks) {
      running = instrumentations({
        providers,
        switches,
        added: all,
        onProblem: (name, error) =>
          report.finding({
            code: 'SIGHTLINE_NOT_INSTRUMENTED',
            severity: 'warn',
            problem: `${name} does not run: ${thrownText(error)}`,
            expected: 'an instrumentation that can be enabled',
            fix: `update ${name}`,
          }),
      });
      const aliases = packageAliases();
      const loaded: PromClient[] = [];
      const promClients = promClientTargets((client) => {
        loaded.push(client);
        const finding = promClientFinding(loaded);
        if (finding) report.finding(finding);
        const registry = registryOf(client.exports);
        if (registry) metrics.addSource(appRegistrySource(registry, { onProblem: report.problem }));
      });
      hooks = hookModules(
        [
          ...frameworks,
          ...running.targets,
          ...underOtherNames(running.targets, aliases, report),
          ...promClients,
          ...noticedPackages(report.finding),
        ],
        {
          alsoImported: running.alsoImported,
          aliases,
          hookedFiles: hookedFiles(),
          onOutcome(outcome) {
            if (outcome.outcome === 'instrumented') report.instrumented(outcome.name, outcome.version);
            const finding = moduleFinding(outcome);
            if (finding) report.finding(finding);
          },
        },
      );
    },
    stop() {
      hooks?.stop();
      running?.disable();
    },
  };
}

/** OpenTelemetry's instrumentations go by the name of the folder: what is installed under another one is not seen, which is told. */
function underOtherNames(
  targets: readonly ModuleTarget[],
  aliases: PackageAliases,
  report: Reporter,
): ModuleTarget[] {
  return targets.flatMap(({ name }) =>
    (aliases.get(name) ?? []).map((alias) => ({
      name: alias,
      notice: true,
      beforeLoad: () => report.finding(aliasFinding(name, alias)),
    })),
  );
}

/** What is wrong with the installation; to be asked before anything is registered. */
export function findInstallationProblems(): ReturnType<typeof installationFindings> {
  return installationFindings(gatherInstallation());
}
