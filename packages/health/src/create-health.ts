import { type SightlineError, resolveOptions, strictFromEnvironment } from '@sightline/errors';
import { createRedactor } from '@sightline/redact';
import { createCensor } from './censor.ts';
import { createSystemClock } from './clock.ts';
import type { CheckUnit } from './engine/check-unit.ts';
import { createRegistry, refreshAll } from './engine/registry.ts';
import { createPressure } from './event-loop/pressure.ts';
import { createRequestObserver } from './event-loop/request-observer.ts';
import { createRouteSensor } from './event-loop/sensor.ts';
import { guardedObserver } from './guarded-observer.ts';
import type { Health, HealthParts, HealthReport } from './health.ts';
import { type HealthOptions, healthOptionsSchema } from './options.ts';
import { createAnswerer } from './probes/answerer.ts';
import { reservedNames } from './probes/probe-answer.ts';
import { createProbes } from './probes/probes.ts';
import { createProblems, warnProcess } from './problems.ts';
import { createProcessState } from './process-state.ts';
import { createStartupTasks } from './startup.ts';
import { type ServiceStatus, worstOf } from './status.ts';
import { type Watchdog, startWatchdog } from './watchdog/watchdog.ts';

/**
 * Makes the health of a service.
 *
 * @throws {SightlineError} `SIGHTLINE_OPTIONS`, in strict mode, naming every option that is wrong, and where they are no object
 */
export function createHealth(options: HealthOptions = {}, parts: HealthParts = {}): Health {
  const wrongOptions: SightlineError[] = [];
  const { strict: given }: { readonly strict?: unknown } = options ?? {};
  const strict = typeof given === 'boolean' ? given : strictFromEnvironment();
  const resolved = resolveOptions('createHealth', healthOptionsSchema, options, {
    strict,
    onProblem: (problem) => wrongOptions.push(problem),
  });
  const { clock = createSystemClock(), random = Math.random, redactor, observer = {} } = parts;
  const problems = createProblems(resolved.onProblem ?? warnProcess);
  for (const problem of wrongOptions) problems.tell(problem);
  const told = guardedObserver(observer, problems);
  const censor = createCensor(() => redactor ?? createRedactor());
  const ownSensor = createRouteSensor(clock);
  const sensor = parts.sensor ?? ownSensor;
  const tasks = createStartupTasks(clock, changed);
  const state = createProcessState(changed);
  const pressure =
    resolved.pressure === false ? undefined : createPressure(resolved.pressure, sensor, clock, changed);
  const registry = createRegistry({
    defaults: {
      timeoutMs: resolved.checkTimeoutMs,
      intervalMs: resolved.intervalMs,
      cacheMs: resolved.cacheMs,
      failureThreshold: resolved.failureThreshold,
      successThreshold: resolved.successThreshold,
    },
    groups: resolved.groups,
    reserved: reservedNames,
    clock,
    random,
    censor,
    events: {
      activeRuns: told.activeRuns,
      lateResult: told.lateResult,
      statusChanged: told.statusChanged,
      removed(check) {
        told.removed(check);
        changed();
      },
      ran(run) {
        told.ran(run);
        changed();
      },
    },
  });

  let isStarted = false;
  let isClosed = false;
  let watchdog: Watchdog | undefined;
  const probes = createProbes({
    registry,
    tasks,
    state,
    pressure,
    sensor,
    livenessDelayMs: resolved.livenessDelayMs,
    censor,
    isStarted: () => isStarted,
    told,
  });

  function changed(): void {
    probes.changed();
  }

  function begin(): void {
    if (isStarted || isClosed) return;
    isStarted = true;
    if (sensor === ownSensor) ownSensor.start();
    pressure?.start();
    if (resolved.watchdog !== false) {
      watchdog = startWatchdog(resolved.watchdog, {
        serviceName: resolved.serviceName,
        livenessPaths: answerer.pathsOf('livez'),
        onBlocked: told.mainThreadBlocked,
        problems,
      });
    }
    probes.changed();
  }

  function serviceStatus(): ServiceStatus {
    if (state.outReason !== undefined || isClosed) return 'out-of-service';
    return worstOf(
      Array.from(registry.units(), ({ status, settings }) => ({ status, critical: settings.critical })),
    );
  }

  function report(): HealthReport {
    return {
      status: serviceStatus(),
      live: probes.probe('livez')!,
      ready: probes.probe('readyz')!,
      started: probes.probe('startupz')!,
      checks: Array.from(registry.units(), (unit) => unit.report()),
    };
  }

  const answerer = createAnswerer({
    aliases: resolved.aliases,
    probeTimeoutMs: resolved.probeTimeoutMs,
    clock,
    probe: probes.probe,
    beforeProbe() {
      if (isStarted) return;
      const problem = registry.problem();
      if (problem !== undefined) problems.tell(problem);
      begin();
    },
    hasStarted: probes.hasStarted,
    units: () => registry.units(),
    unitsOf: (part): readonly CheckUnit[] | undefined => {
      const unit = registry.unit(part);
      return registry.group(part) ?? (unit && [unit]);
    },
    names: () => ({ groups: registry.groupNames(), checks: registry.names() }),
    health: () => ({
      facts: {
        status: serviceStatus(),
        lines: probes.processLines(),
        version: resolved.version,
        serviceName: resolved.serviceName,
      },
      reports: Array.from(registry.units(), (unit) => unit.report()),
    }),
  });

  probes.changed();

  return {
    add(name, check) {
      const added = registry.add(name, check);
      probes.changed();
      return added;
    },
    get checks() {
      return registry.names();
    },
    start() {
      const problem = registry.problem();
      if (problem !== undefined) throw problem;
      begin();
    },
    startup: {
      task: tasks.task,
      hold: tasks.hold,
      get passed() {
        return probes.hasStarted();
      },
    },
    async run() {
      await refreshAll(Array.from(registry.units()).filter((unit) => !unit.isFresh()));
      return report();
    },
    report,
    probe: probes.probe,
    drainStarted() {
      // Before the state changes: what a check finds while pools close is no news.
      registry.stop();
      state.drainStarted();
    },
    outOfService: state.outOfService,
    serves: answerer.serves,
    paths: answerer.paths,
    answer: answerer.answer,
    handle: answerer.handle,
    requests: createRequestObserver(ownSensor, (route) => watchdog?.entered(route)),
    get pressure() {
      return pressure?.reason;
    },
    get watchdogPort() {
      return watchdog?.port;
    },
    close() {
      if (isClosed) return;
      registry.stop();
      state.drainStarted();
      isClosed = true;
      ownSensor.stop();
      pressure?.stop();
      watchdog?.close();
    },
  };
}
