/* oxlint-disable no-await-in-loop -- a probe asks again and again, as the kubelet does */
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './faults/fault.ts';
import type { LoadProcess } from './load-process.ts';
import type { ChaosSettings } from './measure.ts';
import { type Telemetry, startVictim } from './victim.ts';
import { closeWorld, openWorld } from './world.ts';

/** What one probe was answered while the fault was on. */
interface Answers {
  readonly asked: number;
  readonly ok: number;
  /** Answered that it is not well. */
  readonly notOk: number;
  /** Not answered within the time of the kubelet. */
  readonly late: number;
}

/** What the probes say while something that the service depends on is not there. */
export interface ProbeResult {
  readonly kind: 'probes';
  readonly name: string;
  readonly title: string;
  readonly telemetry: Telemetry;
  /** Why it was not tried. */
  readonly skipped?: string;
  readonly requests: number;
  readonly failed: number;
  readonly live: Answers;
  readonly ready: Answers;
  /** From the begin of the fault to the first answer of readiness that is not well [ms]; null: none. */
  readonly toldMs: number | null;
  /** From its end to the first that is well again [ms]; null: none within the time. */
  readonly backMs: number | null;
}

/** `timeoutSeconds` of a probe, by default [ms]. */
const PROBE_TIMEOUT_MS = 1000;
const PROBE_PERIOD_MS = 200;
/** Slow enough that nothing but the probes is in the way. */
const REQUESTS_PER_SECOND = 50;
const FAULT_MS = 4000;
const BACK_MS = 15_000;
/** Where each has its probes: on the port of the service or on one of its own. */
const PATHS: Readonly<Partial<Record<Telemetry, { readonly live: string; readonly ready: string }>>> = {
  sightline: { live: '/livez', ready: '/readyz' },
  terminus: { live: '/livez', ready: '/readyz' },
  lightship: { live: '/live', ready: '/ready' },
};

type Answer = 'ok' | 'not ok' | 'late';

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok ? 'ok' : 'not ok';
  } catch {
    return 'late';
  }
}

function counted(answers: readonly Answer[]): Answers {
  const of = (kind: Answer): number => answers.filter((answer) => answer === kind).length;
  return { asked: answers.length, ok: of('ok'), notOk: of('not ok'), late: of('late') };
}

/** @param fault of the service's Redis, which its readiness asks for */
export async function measureProbes(
  { name, title, prepare, begin, end }: Fault,
  telemetry: Telemetry,
  load: LoadProcess,
  settings: ChaosSettings,
): Promise<ProbeResult> {
  const world = await openWorld();
  const nothing = counted([]);
  const empty = { kind: 'probes', name: `probes-${name}`, title, telemetry } as const;
  try {
    const prepared = (await prepare?.(world, telemetry)) ?? {};
    if (typeof prepared === 'string') {
      const unknown = { requests: 0, failed: 0, live: nothing, ready: nothing, toldMs: null, backMs: null };
      return { ...empty, ...unknown, skipped: prepared };
    }
    const victim = await startVictim({
      telemetry,
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: world.otlp.url, ...prepared.env, CHECKS: 'redis' },
      ...(settings.isPinned === true && { isPinned: true }),
    });
    world.victim = victim;
    const paths = PATHS[telemetry] ?? { live: '/', ready: '/' };
    const base = `http://127.0.0.1:${victim.adminPort ?? victim.port}`;
    const running = load.run({
      port: victim.port,
      seconds: (FAULT_MS + BACK_MS) / 1000 + 10,
      ratePerSecond: REQUESTS_PER_SECOND,
    });
    for (let tries = 0; (await ask(base + paths.ready)) !== 'ok' && tries < 50; tries++)
      await pause(PROBE_PERIOD_MS);

    await begin(world);
    const beganMs = performance.now();
    const [live, ready]: [Answer[], Answer[]] = [[], []];
    let toldMs: number | null = null;
    while (performance.now() - beganMs < FAULT_MS) {
      const [isLive, isReady] = await Promise.all([ask(base + paths.live), ask(base + paths.ready)]);
      live.push(isLive);
      ready.push(isReady);
      if (isReady !== 'ok') toldMs ??= performance.now() - beganMs;
      await pause(PROBE_PERIOD_MS);
    }
    await end(world);
    const endedMs = performance.now();
    let backMs: number | null = null;
    while (backMs === null && performance.now() - endedMs < BACK_MS) {
      if ((await ask(base + paths.ready)) === 'ok') backMs = performance.now() - endedMs;
      else await pause(PROBE_PERIOD_MS);
    }
    load.cut();
    const { sent, failures, refused } = await running;
    return {
      ...empty,
      requests: sent,
      failed: failures.length + refused,
      live: counted(live),
      ready: counted(ready),
      toldMs,
      backMs,
    };
  } finally {
    await closeWorld(world);
  }
}
