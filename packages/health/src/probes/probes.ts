import type { Censor } from '../censor.ts';
import type { Registry } from '../engine/registry.ts';
import type { Pressure } from '../event-loop/pressure.ts';
import type { EventLoopSensor } from '../event-loop/sensor.ts';
import type { HealthObserver, ProbeName } from '../observer.ts';
import type { ProcessState } from '../process-state.ts';
import type { StartupTasks } from '../startup.ts';
import {
  type ProbeAnswer,
  type ProbeLine,
  type ProbeScope,
  checkLine,
  failedLine,
  okLine,
  probeAnswer,
  soleCheckLine,
  taskLine,
} from './probe-answer.ts';

export interface ProbesSetup {
  readonly registry: Registry;
  readonly tasks: StartupTasks;
  readonly state: ProcessState;
  /** Undefined when it does not count. */
  readonly pressure: Pressure | undefined;
  readonly sensor: EventLoopSensor;
  readonly livenessDelayMs: number;
  readonly censor: Censor;
  /** Whether everything was added, as far as anybody has said. */
  readonly isStarted: () => boolean;
  readonly told: Pick<Required<HealthObserver>, 'probeChanged'>;
}

/** What follows for the probes from all that is known. Nothing here runs a check. */
export interface Probes {
  /** Undefined for a part of readiness that there is not. */
  probe(name: ProbeName, scope?: ProbeScope): ProbeAnswer | undefined;
  /** What of the process itself counts for readiness. */
  processLines(): readonly ProbeLine[];
  /** Whether everything that the start needs was done, once and for all. */
  hasStarted(): boolean;
  /** Tells of probes that answer something else than before. */
  changed(): void;
}

export function createProbes(setup: ProbesSetup): Probes {
  const { registry, tasks, state, pressure, sensor, livenessDelayMs, censor, isStarted, told } = setup;
  const answered = new Map<ProbeName, boolean>();
  let passed = false;

  function startupLines(): readonly ProbeLine[] {
    if (passed) return [okLine('startup')];
    const lines: ProbeLine[] = [];
    if (!isStarted()) lines.push(failedLine('startup', 'the service has not started yet'));
    const problem = registry.problem();
    if (problem !== undefined) lines.push(failedLine('configuration', problem.message));
    for (const task of tasks.list()) lines.push(taskLine(task, censor));
    for (const unit of registry.units()) {
      if (!unit.settings.critical) continue;
      const reason = unit.report().reason ?? 'no result yet';
      lines.push(unit.hasSucceeded ? okLine(unit.name) : failedLine(unit.name, reason));
    }
    return lines;
  }

  /** Whether it is up, once and for all; what fails it is only written down for whoever reads it. */
  function hasStarted(): boolean {
    passed ||=
      isStarted() &&
      tasks.allDone() &&
      Array.from(registry.units()).every(
        ({ settings, hasSucceeded }) => !settings.critical || hasSucceeded,
      ) &&
      registry.problem() === undefined;
    return passed;
  }

  function processLines(): readonly ProbeLine[] {
    const { outReason } = state;
    const pressureReason = pressure?.reason;
    return [
      outReason === undefined ? okLine('drain') : failedLine('drain', censor.text(outReason)),
      hasStarted() ? okLine('startup') : failedLine('startup', waitsFor(startupLines())),
      ...(pressure === undefined
        ? []
        : [
            pressureReason === undefined
              ? okLine('event-loop-pressure')
              : failedLine('event-loop-pressure', pressureReason),
          ]),
    ];
  }

  function liveLine(): ProbeLine {
    const delayMs = delayMsOf(sensor);
    return delayMs < livenessDelayMs
      ? okLine('event-loop')
      : failedLine('event-loop', `it is ${Math.round(delayMs)} ms late`);
  }

  function readinessLines(part: string | undefined): readonly ProbeLine[] | undefined {
    if (part === undefined) return [...processLines(), ...Array.from(registry.units(), checkLine)];
    const group = registry.group(part);
    if (group !== undefined) return [...processLines(), ...group.map(checkLine)];
    const unit = registry.unit(part);
    return unit && [soleCheckLine(unit)];
  }

  function probe(name: ProbeName, { part, exclude }: ProbeScope = {}): ProbeAnswer | undefined {
    if (name === 'livez') return probeAnswer(name, [liveLine()], exclude);
    if (name === 'startupz') {
      hasStarted();
      return probeAnswer(name, startupLines(), exclude);
    }
    const lines = readinessLines(part);
    return lines && probeAnswer(name, lines, exclude);
  }

  function changed(): void {
    for (const name of ['livez', 'startupz', 'readyz'] as const) {
      const answer = probe(name);
      if (answer === undefined || answered.get(name) === answer.ok) continue;
      answered.set(name, answer.ok);
      const causes = answer.lines
        .filter(({ blocking }) => blocking)
        .map((line) => `${line.name}: ${line.reason ?? line.state}`);
      told.probeChanged({ probe: name, ok: answer.ok, causes });
    }
  }

  return { probe, processLines, hasStarted, changed };
}

/** What the start waits for, by name. */
function waitsFor(lines: readonly ProbeLine[]): string {
  const names = lines.filter(({ blocking }) => blocking).map(({ name }) => name);
  return `it waits for ${names.join(', ')}`;
}

function delayMsOf(sensor: EventLoopSensor): number {
  try {
    return sensor.delaySeconds() * 1000;
  } catch {
    return 0;
  }
}
