/* oxlint-disable no-await-in-loop -- one tick after the other */
import { createHealth } from '@sightline/health';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

/*
 * One case in a process of its own: `probe-case.ts <case> <seconds>` sends 1,000 probes a second to 20 slow checks and
 * prints, as JSON, what that cost.
 */

const CHECKS = 20;
const CHECK_TAKES_MS = 300;
const CACHE_MS = 1000;
const PROBES_PER_MS = 1;

const [name = '', seconds = '4'] = process.argv.slice(2);
const runs: number[] = Array.from({ length: CHECKS }, () => 0);

function slow(index: number): () => Promise<void> {
  return async () => {
    runs[index] = (runs[index] ?? 0) + 1;
    await setTimeout(CHECK_TAKES_MS);
  };
}

type Probe = () => { readonly status: number } | Promise<{ readonly status: number }>;

function probeOf(): Probe {
  const checks = Array.from({ length: CHECKS }, (_each, index) => slow(index));
  if (name === 'nothing') return () => ({ status: 200 });
  if (name === 'all at each probe') {
    return async () => {
      await Promise.all(checks.map((check) => check()));
      return { status: 200 };
    };
  }
  const health = createHealth({
    cacheMs: CACHE_MS,
    ...(name === 'in the background' && { intervalMs: CACHE_MS }),
  });
  for (const [index, check] of checks.entries()) health.add(`check-${index}`, { check, critical: true });
  health.start();
  return () => health.answer({ method: 'GET', path: '/readyz', trusted: false });
}

const probe = probeOf();
const callMs: number[] = [];
let failed = 0;
let pending = 0;

function send(): void {
  const start = performance.now();
  const answer = probe();
  callMs.push(performance.now() - start);
  if (!(answer instanceof Promise)) {
    failed += answer.status === 200 ? 0 : 1;
    return;
  }
  pending += 1;
  void answer.then(({ status }) => {
    pending -= 1;
    failed += status === 200 ? 0 : 1;
    return undefined;
  });
}

/** Sends what is due each millisecond or so, for some seconds. */
async function load(durationMs: number): Promise<void> {
  const start = performance.now();
  for (let sent = 0; ;) {
    const elapsedMs = performance.now() - start;
    if (elapsedMs >= durationMs) return;
    for (; sent < elapsedMs * PROBES_PER_MS; sent++) send();
    await setTimeout(1);
  }
}

function heapBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

// The first ones are not what a service that has run for a while answers.
await load(1500);
await setTimeout(CHECK_TAKES_MS + 100);
const heapBefore = heapBytes();
callMs.length = 0;
failed = 0;
runs.fill(0);
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const utilization = performance.eventLoopUtilization();
const startMs = performance.now();
await load(Number(seconds) * 1000);
const tookMs = performance.now() - startMs;
const { active } = performance.eventLoopUtilization(utilization);
delay.disable();
await setTimeout(CHECK_TAKES_MS + 100);
const probes = callMs.length;
callMs.sort((one, other) => one - other);
const calls = {
  p50Ms: callMs[Math.floor(probes * 0.5)],
  p99Ms: callMs[Math.floor(probes * 0.99)],
  maxMs: callMs.at(-1),
};
callMs.length = 0;

process.stdout.write(
  JSON.stringify({
    probes,
    failed,
    pending,
    runsPerPeriod: (Math.max(...runs) * CACHE_MS) / tookMs,
    ...calls,
    loopMsPerProbe: active / probes,
    longestTurnMs: delay.max / 1e6 - 1,
    heapGrowthBytes: heapBytes() - heapBefore,
  }),
);
process.exit();
