import { AsyncLocalStorage } from 'node:async_hooks';
import { SightlineError, parseOptions } from '@sightline/errors';
import type { Check, CheckDefinition } from '../check.ts';
import type { Censor } from '../censor.ts';
import type { Clock } from '../clock.ts';
import { type CheckDefaults, checkDefinitionSchema, checkSettings, nameSchema } from './check-settings.ts';
import { type CheckEvents, type CheckUnit, createCheckUnit } from './check-unit.ts';
import { cycles } from './graph.ts';

/** A check that was added. */
export interface AddedCheck {
  /** Takes it away; what runs is aborted. */
  dispose(): void;
}

export interface RegistrySetup {
  readonly defaults: CheckDefaults;
  /** Groups with their members, besides those that checks name. */
  readonly groups: Readonly<Record<string, readonly string[]>>;
  /** Names that mean something else. */
  readonly reserved: readonly string[];
  readonly clock: Clock;
  readonly random: () => number;
  readonly censor: Censor;
  readonly events: CheckEvents & { removed(check: string): void };
}

/** All checks of a service, and how they depend on each other. */
export interface Registry {
  /** @throws {SightlineError} `SIGHTLINE_HEALTH_CHECK`, `SIGHTLINE_OPTIONS` */
  add(name: string, check: Check | CheckDefinition): AddedCheck;
  /** In the order in which they were added. */
  units(): Iterable<CheckUnit>;
  unit(name: string): CheckUnit | undefined;
  names(): readonly string[];
  groupNames(): readonly string[];
  /** The members of a group; undefined when there is no such group. */
  group(name: string): readonly CheckUnit[] | undefined;
  /** Names that lead nowhere, all in one error. */
  problem(): SightlineError | undefined;
  /** No further run of any check; what is known stays. */
  stop(): void;
}

/** Most checks: more are a mistake, such as adding one for each request. */
const MAX_CHECKS = 200;

function refuse(name: string, problem: string, expected: string, fix: string): never {
  throw new SightlineError('SIGHTLINE_HEALTH_CHECK', {
    problem: `the check ${JSON.stringify(name)} cannot be added: ${problem}`,
    expected,
    fix,
  });
}

export function createRegistry(setup: RegistrySetup): Registry {
  const { defaults, groups, reserved, clock, random, censor, events } = setup;
  const units = new Map<string, CheckUnit>();
  const detached = AsyncLocalStorage.snapshot();
  let isStopped = false;

  const unitEvents: CheckEvents = {
    ...events,
    statusChanged(change) {
      events.statusChanged(change);
      const isDown = change.to === 'down';
      if (!isDown && change.from !== 'down') return;
      for (const unit of units.values()) {
        if (!unit.settings.dependsOn.includes(change.check)) continue;
        if (isDown) unit.dependencyDown();
        else unit.dependencyBack();
      }
    },
  };

  function dependenciesOf(names: readonly string[]): readonly CheckUnit[] {
    return names.flatMap((name) => units.get(name) ?? []);
  }

  function circlesWith(name: string, dependsOn: readonly string[]): ReturnType<typeof cycles> {
    const nodes = Array.from(units.values(), (unit) => ({
      name: unit.name,
      dependsOn: unit.settings.dependsOn,
    }));
    return cycles([...nodes, { name, dependsOn }]);
  }

  function add(name: string, given: Check | CheckDefinition): AddedCheck {
    if (!nameSchema.safeParse(name).success) {
      refuse(shown(name), 'it has no usable name', 'at most 64 letters, digits and . : _ -', 'rename it');
    }
    if (reserved.includes(name)) {
      refuse(name, 'the name has a meaning of its own', `none of ${reserved.join(', ')}`, 'rename it');
    }
    if (units.has(name)) {
      refuse(
        name,
        'there is one of this name',
        'a name of its own',
        'rename it, or dispose of the other one first',
      );
    }
    if (units.size >= MAX_CHECKS) {
      refuse(
        name,
        `there are ${MAX_CHECKS} checks`,
        'a check for each dependency',
        'dispose of those that are no more',
      );
    }
    const owner = `health.add(${JSON.stringify(name)})`;
    const definition = typeof given === 'function' ? { check: given } : given;
    const settings = checkSettings(parseOptions(owner, checkDefinitionSchema, definition), defaults);
    const circles = settings.dependsOn.length === 0 ? [] : circlesWith(name, settings.dependsOn);
    if (circles.length > 0) {
      const ways = circles.map((way) => way.join(' → ')).join('; ');
      refuse(
        name,
        `it would depend on itself: ${ways}`,
        'dependencies without a circle',
        'take one of them away',
      );
    }
    const unit = createCheckUnit({
      name,
      settings,
      clock,
      random,
      censor,
      events: unitEvents,
      detached,
      dependenciesKnown() {
        const stale = dependenciesOf(settings.dependsOn).filter((each) => !each.isFresh());
        return stale.length === 0 ? undefined : refreshAll(stale);
      },
      downDependency: () => dependenciesOf(settings.dependsOn).find(({ status }) => status === 'down')?.name,
    });
    if (isStopped) unit.stop();
    units.set(name, unit);
    return {
      dispose() {
        if (units.get(name) !== unit) return;
        unit.stop();
        units.delete(name);
        events.removed(name);
        // What was down with it is down for no reason any more.
        for (const each of units.values()) {
          if (each.settings.dependsOn.includes(name)) each.dependencyBack();
        }
      },
    };
  }

  function group(name: string): readonly CheckUnit[] | undefined {
    const listed = Object.hasOwn(groups, name) ? groups[name] : undefined;
    const members = Array.from(units.values()).filter(
      (unit) => unit.settings.groups.includes(name) || listed?.includes(unit.name),
    );
    return listed === undefined && members.length === 0 ? undefined : members;
  }

  return {
    add,
    units: () => units.values(),
    unit: (name) => units.get(name),
    names: () => [...units.keys()],
    groupNames: () => [
      ...new Set([
        ...Object.keys(groups),
        ...Array.from(units.values()).flatMap((unit) => unit.settings.groups),
      ]),
    ],
    group,
    problem() {
      const lost = [
        ...Array.from(units.values()).flatMap(({ name, settings }) =>
          settings.dependsOn
            .filter((each) => !units.has(each))
            .map((each) => `the check ${name} depends on ${each}`),
        ),
        ...Object.entries(groups).flatMap(([name, members]) =>
          members
            .filter((each) => !units.has(each))
            .map((each) => `the group ${name} has the member ${each}`),
        ),
      ];
      if (lost.length === 0) return undefined;
      return new SightlineError('SIGHTLINE_HEALTH_CHECK', {
        problem: `${lost.join('; ')}; there ${lost.length === 1 ? 'is no such check' : 'are no such checks'}`,
        expected: units.size === 0 ? 'checks that were added' : `names among ${[...units.keys()].join(', ')}`,
        fix: 'correct the names, or add what is missing before the start',
      });
    },
    stop() {
      isStopped = true;
      for (const unit of units.values()) unit.stop();
    },
  };
}

/** Resolves when all of them are known. Never rejects. */
export async function refreshAll(units: readonly CheckUnit[]): Promise<void> {
  await Promise.all(units.map((unit) => unit.refresh()));
}

/** In JavaScript it may be anything. */
function shown(name: unknown): string {
  return String(name).slice(0, 80);
}
