/* oxlint-disable no-await-in-loop -- slices of load come one after the other */
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Accounts,
  accountsOfOthers,
  accountsOfSightline,
  firstArrival,
  lost,
  unexplained,
} from './counted.ts';
import type { Ending } from './faults/endings.ts';
import type { Fault } from './faults/fault.ts';
import type { P99 } from './latencies.ts';
import type { LoadOrder, LoadProcess } from './load-process.ts';
import { watchStolen } from './stolen.ts';
import { type Telemetry, startVictim } from './victim.ts';
import { type VictimEnvironment, type World, closeWorld, openWorld, victimOf } from './world.ts';

export interface ChaosSettings {
  /** Of slices A B B A: without the fault, with it twice, without it. */
  readonly blocks: number;
  readonly sliceSeconds: number;
  /** Before each slice, of the same load: one that follows on a wait begins with cold caches, and others do not. */
  readonly settlingSeconds: number;
  readonly ratePerSecond: number;
  /** At the beginning, at twice the rate if the service can. */
  readonly warmUpSeconds: number;
  /** How often a process ends. */
  readonly endings: number;
  /** Whether the service has a core to itself, and everybody else the other. */
  readonly isPinned?: boolean;
  /** Whether no core falls asleep between two requests. */
  readonly isAwake?: boolean;
}

/** What was made and what became of it. */
export interface Loss {
  readonly made: number;
  readonly lost: number;
  /** Undefined: nobody counts. */
  readonly counted: number | undefined;
  /** Lost without being counted; or counted and not lost, when negative. */
  readonly unexplained: number;
}

export type Pairs = readonly (readonly [without: number, withIt: number])[];

export interface FaultResult {
  readonly kind: 'fault';
  readonly name: string;
  readonly group: string;
  readonly title: string;
  readonly telemetry: Telemetry;
  /** Why it was not tried. */
  readonly skipped?: string;
  readonly requests: number;
  /** Requests that got no answer, or a wrong one. */
  readonly failed: number;
  readonly failures: readonly string[];
  /** 99th percentiles of each pair of neighbours: of the slice without the fault, and of the one with it [ms]. */
  readonly p99Ms: Pairs;
  /** The same of their tenths of a second, of which the median counts. */
  readonly tenthP99Ms: Pairs;
  /** Pairs that are left out, as the host of the machine took too much of its time. */
  readonly stolenPairs: number;
  /** By how much heap and what is outside of it grew from before the first fault to within the last [bytes]. */
  readonly heldGrowthBytes: number;
  readonly rssGrowthBytes: number;
  readonly losses: Readonly<Partial<Record<'spans' | 'lines' | 'output' | 'metrics', Loss>>>;
  /** Things that came more than once. */
  readonly repeated: number;
  /** From the backend's return to the first thing that arrived, of each block; null: never within the time [ms]. */
  readonly recoveryMs: readonly (number | null)[];
}

/** Longest wait for something to arrive after a backend is back, and for everything that waits [ms]. */
const RECOVERY_MS = 60_000;
const POLL_MS = 50;
/** Longer than a slow backend takes to answer, and than OTel's SDK waits between two tries [ms]. */
const STILL_MS = 6500;
/** Of requests while something is waited for. */
const TRICKLE_PER_SECOND = 20;
/** What is left from a fault may take so long with those who do not say what waits [ms]. */
const CALMING_MS = 300;
/** Share of all cores' time that others may take during a block. */
const MOST_STOLEN_RATIO = 0.02;
/**
 * Twice the rate takes three quarters of a core: where the host takes half of it from the machine, requests would be late by
 * more than the load waits for, before there is a fault.
 */
const MOST_AT_ONCE_IN_WARM_UP = 100;
/** A look collects all garbage, and what V8 threw away with it is made again meanwhile. */
const AFTER_LOOK_SECONDS = 3;

function baseEnv(world: World, { spools = true }: Pick<Fault, 'spools'>): Readonly<Record<string, string>> {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: world.otlp.url,
    LOKI_URL: world.loki.url,
    ...(spools ? { SPOOL: world.spool } : {}),
  };
}

function accountsOf(telemetry: Telemetry, world: World): Promise<Accounts> {
  return telemetry === 'sightline' ? accountsOfSightline(world) : accountsOfOthers(world);
}

/** Waits until nothing waits and all that is not lost has arrived, or for as long as it may take. */
async function settle(telemetry: Telemetry, world: World): Promise<Accounts> {
  const endsMs = performance.now() + RECOVERY_MS;
  let accounts = await accountsOf(telemetry, world);
  if (telemetry !== 'sightline') {
    // Nobody says how much waits: it is over when nothing has come for a while.
    for (let still = 0; still < STILL_MS && performance.now() < endsMs; still += POLL_MS) {
      const before = arrivedOf(accounts);
      await pause(POLL_MS);
      accounts = await accountsOf(telemetry, world);
      if (arrivedOf(accounts) > before) still = 0;
    }
    return accounts;
  }
  while (performance.now() < endsMs) {
    const { spans, lines, output } = accounts;
    if ([spans, lines, output].every((each) => each === undefined || each.queued === 0)) {
      if ([spans, lines, output].every((each) => each === undefined || unexplained(each) === 0)) {
        for (const backend of new Set([world.otlp, world.loki])) await backend.settled?.();
        return accounts;
      }
    }
    await pause(POLL_MS * 2);
    accounts = await accountsOf(telemetry, world);
  }
  return accounts;
}

function arrivedOf({ spans, lines }: Accounts): number {
  return spans.received + lines.received;
}

function lossOf(account: Accounts['spans'] | undefined): Loss | undefined {
  return (
    account && {
      made: account.made,
      lost: lost(account),
      counted: account.counted,
      unexplained: unexplained(account),
    }
  );
}

/** What a rival does not send is no loss of it. */
function lossesOf(telemetry: Telemetry, { spans, lines, output, metrics }: Accounts): FaultResult['losses'] {
  const entries = {
    spans: telemetry === 'sightline' || telemetry === 'otel' ? lossOf(spans) : undefined,
    lines: telemetry === 'sightline' || telemetry === 'pino-loki' ? lossOf(lines) : undefined,
    output: lossOf(output),
    metrics: lossOf(metrics),
  };
  return Object.fromEntries(
    Object.entries(entries).flatMap(([name, loss]) => (loss === undefined ? [] : [[name, loss]])),
  );
}

async function waitForArrival(
  world: World,
  fault: Fault,
  telemetry: Telemetry,
  load: LoadProcess,
): Promise<number | undefined> {
  if (fault.backend === undefined) return undefined;
  // Who sends nothing but lines is waited for at Loki.
  const backend = fault.backend === 'both' ? (telemetry === 'pino-loki' ? 'loki' : 'otlp') : fault.backend;
  const count = backend === 'otlp' ? 'spans' : 'lines';
  const since = (await world[backend].received())[count];
  const trickle = load.run({
    port: victimOf(world).port,
    seconds: RECOVERY_MS / 1000,
    ratePerSecond: TRICKLE_PER_SECOND,
  });
  const took = await firstArrival(world[backend], (received) => received[count], {
    since,
    withinMs: RECOVERY_MS - 1000,
    pause: () => pause(POLL_MS),
  });
  load.cut();
  await trickle;
  return took;
}

/** Blocks of slices A B B A, without the fault and with it, on one process; then everything is counted. */
export async function measureFault(
  fault: Fault,
  telemetry: Telemetry,
  load: LoadProcess,
  settings: ChaosSettings,
): Promise<FaultResult> {
  const world = await openWorld(fault.openEmbedded);
  const failures: string[] = [];
  const p99Ms: [number, number][] = [];
  const tenthP99Ms: [number, number][] = [];
  let stolenPairs = 0;
  const recoveryMs: (number | null)[] = [];
  let requests = 0;
  const { name, group, title } = fault;
  const empty = { kind: 'fault', name, group, title, telemetry } as const;
  try {
    const prepared: VictimEnvironment | string = (await fault.prepare?.(world, telemetry)) ?? {};
    if (typeof prepared === 'string') {
      return {
        ...empty,
        skipped: prepared,
        requests,
        failed: 0,
        failures,
        p99Ms,
        tenthP99Ms,
        stolenPairs,
        heldGrowthBytes: 0,
        rssGrowthBytes: 0,
        losses: {},
        repeated: 0,
        recoveryMs,
      };
    }
    const { env, ...rest } = prepared;
    world.victim = await startVictim({
      telemetry,
      ...rest,
      env: { ...baseEnv(world, fault), ...env },
      ...(settings.isPinned === true && { isPinned: true }),
    });
    const victim = world.victim;
    const slice = async (order: Partial<LoadOrder> = {}): Promise<P99> => {
      const stolenRatio = watchStolen();
      const { seconds = settings.sliceSeconds } = order;
      const result = await load.run({
        port: victim.port,
        settlingSeconds: settings.settlingSeconds,
        ratePerSecond: settings.ratePerSecond,
        ...order,
        seconds: seconds + settings.settlingSeconds,
      });
      requests += result.sent;
      const machineText = `with ${(stolenRatio() * 100).toFixed(0)} % of the machine's time stolen`;
      failures.push(...result.failures.map((each) => `${each}, ${machineText}`));
      if (result.refused > 0) failures.push(`${result.refused} connections refused, ${machineText}`);
      return result.p99;
    };
    /** Until what was sent has arrived. @returns how long the first of it took [ms] */
    const arrived = async (): Promise<number | null> => {
      const took = (await waitForArrival(world, fault, telemetry, load)) ?? null;
      if (telemetry === 'sightline') await settle(telemetry, world);
      else await pause(CALMING_MS);
      return took;
    };
    await slice({
      seconds: settings.warmUpSeconds,
      ratePerSecond: 2 * settings.ratePerSecond,
      mostAtOnce: MOST_AT_ONCE_IN_WARM_UP,
    });
    const heldBefore = await victim.look();
    await slice({ seconds: AFTER_LOOK_SECONDS });
    for (let block = 0; block < settings.blocks; block++) {
      const stolenRatio = watchStolen();
      const before = await slice();
      // One slice of each kind follows on a wait, and one on a slice of its own kind.
      if (fault.backend !== undefined) await arrived();
      await fault.begin(world);
      const first = await slice();
      const second = await slice();
      await fault.end(world);
      if (fault.backend !== undefined) recoveryMs.push(await arrived());
      const pairs = [
        [before, first],
        [await slice(), second],
      ] as const;
      // The choice does not look at latencies.
      if (stolenRatio() > MOST_STOLEN_RATIO) {
        stolenPairs += pairs.length;
        continue;
      }
      for (const [without, withIt] of pairs) {
        p99Ms.push([without.ofSliceMs, withIt.ofSliceMs]);
        tenthP99Ms.push([without.ofTenthMs, withIt.ofTenthMs]);
      }
    }
    // By itself: a look between slices would decide which of them V8 collects in.
    await fault.begin(world);
    await slice();
    const held = await victim.look();
    await fault.end(world);
    const accounts = await settle(telemetry, world);
    const [traces, logs] = await Promise.all([world.otlp.received(), world.loki.received()]);
    return {
      ...empty,
      requests,
      failed: failures.length,
      failures: failures.slice(0, 5),
      p99Ms,
      tenthP99Ms,
      stolenPairs,
      heldGrowthBytes: held.heldBytes - heldBefore.heldBytes,
      rssGrowthBytes: held.rssBytes - heldBefore.rssBytes,
      losses: lossesOf(telemetry, accounts),
      repeated: traces.repeated + logs.repeated,
      recoveryMs,
    };
  } finally {
    await closeWorld(world);
  }
}

export interface EndingResult {
  readonly kind: 'ending';
  readonly name: string;
  readonly title: string;
  readonly telemetry: Telemetry;
  readonly isAbrupt: boolean;
  readonly ends: number;
  readonly answered: number;
  /** Requests that were in the process and got no answer. */
  readonly unanswered: number;
  /** What became of those. */
  readonly reasons: readonly string[];
  readonly losses: Readonly<Partial<Record<'spans' | 'lines', Loss>>>;
}

/** The end may take so long [ms]. */
const END_MS = 40_000;

/** Ends processes under load, and compares what their clients were answered with what arrived in the end. */
export async function measureEnding(
  ending: Ending,
  telemetry: Telemetry,
  load: LoadProcess,
  settings: ChaosSettings,
  random: () => number = Math.random,
): Promise<EndingResult> {
  const answered = new Set<string>();
  const workSpans = new Set<string>();
  const lines = new Set<string>();
  const reasons = new Set<string>();
  let unanswered = 0;
  let told = 0;
  for (let turn = 0; turn < settings.endings; turn++) {
    const world = await openWorld();
    try {
      const options = {
        telemetry,
        env: { ...baseEnv(world, {}), SIGHTLINE_DRAIN_DELAY_MS: '1000' },
        ...(settings.isPinned === true && { isPinned: true }),
      };
      const victim = await startVictim({ ...options, flags: ending.flags ?? [] });
      world.victim = victim;
      await load.run({
        port: victim.port,
        seconds: settings.warmUpSeconds,
        ratePerSecond: settings.ratePerSecond,
      });
      const running = load.run({
        port: victim.port,
        seconds: END_MS / 1000,
        ratePerSecond: settings.ratePerSecond,
      });
      await pause((settings.sliceSeconds + random() * settings.sliceSeconds) * 1000);
      ending.end(world);
      const late = setTimeout(() => victim.child.kill('SIGKILL'), END_MS);
      await victim.ended;
      clearTimeout(late);
      load.cut();
      const result = await running;
      for (const id of result.answered) answered.add(id);
      unanswered += result.failures.length;
      for (const failure of result.failures) reasons.add(failure);
      told += toldOf(victim.errors());
      if (telemetry === 'sightline') {
        // What is left on disk is shipped by the next one.
        world.victim = await startVictim(options);
        await settleSpool(world, result.answered);
      }
      for (const id of world.otlp.ids('workSpans')) workSpans.add(id);
      for (const id of world.loki.ids('lines')) lines.add(id);
    } finally {
      await closeWorld(world);
    }
  }
  const missing = (from: ReadonlySet<string>): number => [...answered].filter((id) => !from.has(id)).length;
  const loss = (of: ReadonlySet<string>, counted: number | undefined): Loss => ({
    made: answered.size,
    lost: missing(of),
    counted,
    unexplained: missing(of) - (counted ?? 0),
  });
  const isOurs = telemetry === 'sightline';
  return {
    kind: 'ending',
    name: ending.name,
    title: ending.title,
    telemetry,
    isAbrupt: ending.isAbrupt,
    ends: settings.endings,
    answered: answered.size,
    unanswered,
    reasons: [...reasons].slice(0, 5),
    losses: {
      ...((isOurs || telemetry === 'otel') && { spans: loss(workSpans, isOurs ? told : undefined) }),
      ...((isOurs || telemetry === 'pino-loki') && { lines: loss(lines, isOurs ? 0 : undefined) }),
    },
  };
}

/** What the process said of itself at its end. */
function toldOf(errors: string): number {
  return [...errors.matchAll(/(\d+) spans?, points? or records? w/g)].reduce(
    (sum, [, count]) => sum + Number(count),
    0,
  );
}

async function settleSpool(world: World, ids: readonly string[]): Promise<void> {
  const endsMs = performance.now() + 10_000;
  while (performance.now() < endsMs) {
    const { loki } = await victimOf(world).count();
    const arrivedIds = world.loki.ids('lines');
    if (loki?.queued === 0 && ids.every((id) => arrivedIds.has(id))) return;
    await pause(POLL_MS);
  }
}
