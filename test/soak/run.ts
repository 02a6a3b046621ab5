/* oxlint-disable no-await-in-loop -- one thing after the other, by the clock */
/**
 * Does a service that runs for long keep its heap, its descriptors, its listeners, its series and its spool as they are?
 *
 * `node test/soak/run.ts [--minutes 30] [--rate 100]`
 *
 * Two instances share a steady load. One stays the whole time and is looked at every few seconds; the other is deployed
 * anew again and again, by SIGTERM and a start. Meanwhile there are incidents: the collector goes away, Loki hangs,
 * requests fail, scrapes come 50 at a time, lines come 20,000 at once. `soak.json` and `soak.svg` hold what came of it.
 */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine, print } from '../load/figures.ts';
import { renewGenerated } from '../renew-generated.ts';
import { createDeployment } from '../rolling-restart/deployment.ts';
import { startLoad } from '../rolling-restart/load.ts';
import { startCountingBackend } from './counting-backend.ts';
import { type SoakEvent, soakPlot } from './plot.ts';
import { type SoakResults, soakTables } from './soak-table.ts';
import { type SteadyInstance, startSteadyInstance } from './steady-instance.ts';
import { type SoakSample, judgeSoak } from './verdict.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '100' },
    out: { type: 'string' },
  },
});
const runSeconds = Number(values.minutes) * 60;
const ratePerSecond = Number(values.rate);
const SAMPLE_SECONDS = 5;
/** Every incident has been once: code is compiled, tables have their size, the allocator its pages. */
const warmUpSeconds = runSeconds / 3;
const INCIDENTS = 15;
const DEPLOYS = 8;
/** Longer than a machine that others use as well takes to see that readiness fails [ms]. */
const DRAIN_DELAY_MS = 8000;
const incidentSeconds = Math.min(30, runSeconds / 60);
/** Longer than a run with all that stands around it [ms]. */
const maxLifeMs = runSeconds * 1000 + 180_000;

const spool = await mkdtemp(join(tmpdir(), 'sightline-soak-'));
const [collector, lokiServer] = await Promise.all([startCountingBackend(), startCountingBackend()]);
const instances = new Map<string, SteadyInstance>();
const deployment = createDeployment({
  periodMs: 200,
  failureThreshold: 2,
  timeoutMs: 2000,
  async startInstance(id) {
    const instance = await startSteadyInstance(
      id,
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        LOKI_URL: lokiServer.url,
        SPOOL: spool,
        SIGHTLINE_DRAIN_DELAY_MS: String(DRAIN_DELAY_MS),
      },
      maxLifeMs,
    );
    instances.set(id, instance);
    return instance;
  },
});

function spoolBytes(): number {
  let bytes = 0;
  for (const path of readdirSync(spool, { recursive: true, encoding: 'utf8' })) {
    // It may be gone by now: segments are removed once they have left.
    bytes += statSync(join(spool, path), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}

/** Without what differs from one to the next. */
function failuresByReason(failures: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const failure of failures) {
    const reason = failure.replaceAll(/\/\d+ | to \d+| after \d+ ms/g, ' ');
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return counts;
}

async function page(adminPort: number): Promise<string> {
  return (
    await fetch(`http://127.0.0.1:${adminPort}/metrics`, { signal: AbortSignal.timeout(20_000) })
  ).text();
}

/** Over a connection of its own, and whatever becomes of it: it is not what is counted. */
function failingRequest(port: number, number: number): Promise<void> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: `/fail/${number}`, agent: false }, (response) => response.resume())
      .on('error', () => {})
      .on('close', resolve);
  });
}

/** Scrapes that nobody waits for: they are read, and what they say does not matter. */
function scrapeMany(adminPort: number): void {
  for (let scrape = 0; scrape < 50; scrape++) {
    get({ host: '127.0.0.1', port: adminPort, path: '/metrics', agent: false }, (response) =>
      response.resume(),
    ).on('error', () => {});
  }
}

await deployment.addPod();
await deployment.addPod();
const stays = deployment.pods[0]?.instance.id ?? '';
const [staying] = [instances.get(stays)];
if (staying === undefined) throw new Error('there is no instance');

const load = startLoad(ratePerSecond, () => {
  // A machine that stands still for a while makes probes fail that mean nothing.
  const ready = deployment.endpoints();
  const pods =
    ready.length > 0 ? ready : deployment.pods.filter(({ terminatedAtMs }) => terminatedAtMs === undefined);
  return pods.map(({ instance }) => instance.port);
});
const beganAtMs = performance.now();
const elapsed = (): number => (performance.now() - beganAtMs) / 1000;
const events: SoakEvent[] = [];
const samples: SoakSample[] = [];
let missedLooks = 0;

async function sampleUntilEnd(instance: SteadyInstance): Promise<void> {
  for (let turn = 1; elapsed() < runSeconds; turn++) {
    await pause(Math.max(0, turn * SAMPLE_SECONDS - elapsed()) * 1000);
    // A machine that others use as well may stand still for longer than a scrape waits: then this look is left out.
    const text = await page(instance.adminPort).catch(() => '');
    if (text === '') {
      missedLooks += 1;
      continue;
    }
    const { heapBytes, rssBytes, memory, descriptors, listeners } = await instance.look();
    samples.push({
      seconds: Math.round(elapsed() * 10) / 10,
      heapBytes,
      rssBytes,
      ...(memory === undefined ? {} : { memory }),
      settledBytes: rssBytes - (memory?.youngBytes ?? 0),
      descriptors,
      listeners,
      series: text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length,
      spoolBytes: spoolBytes(),
    });
    if (turn % 12 === 0) {
      for (const [reason, count] of failuresByReason(load.failures)) print(`  ${count} × ${reason}`);
      print(
        `${(elapsed() / 60).toFixed(1)} min: heap ${(heapBytes / 1e6).toFixed(1)} MB, memory ${(rssBytes / 1e6).toFixed(0)} MB, ` +
          `${descriptors} descriptors, ${listeners} listeners, spool ${(spoolBytes() / 1e6).toFixed(2)} MB, ${load.failures.length} failed`,
      );
    }
  }
}

async function deployUntilEnd(): Promise<void> {
  for (let deploy = 1; deploy <= DEPLOYS; deploy++) {
    await pause(Math.max(0, (runSeconds * deploy) / (DEPLOYS + 1) - elapsed()) * 1000);
    const fromSeconds = elapsed();
    const old = deployment.pods.at(-1);
    const { instance } = await deployment.addPod();
    if (old !== undefined) await deployment.removePod(old, undefined);
    events.push({ kind: 'deploy', title: instance.id, fromSeconds, toSeconds: elapsed() });
  }
}

const incidents: Readonly<Record<string, (instance: SteadyInstance) => Promise<void>>> = {
  'the collector is away': async () => {
    await collector.leave();
    await pause(incidentSeconds * 1000);
    await collector.comeBack();
  },
  'Loki hangs': async () => {
    lokiServer.answers('never');
    await pause(incidentSeconds * 1000);
    lokiServer.answers('at once');
  },
  'requests fail': async (instance) => {
    for (let request = 0; request < 200; request++) {
      await failingRequest(instance.port, request);
      await pause((incidentSeconds * 1000) / 200);
    }
  },
  '50 scrapes at a time': async (instance) => {
    for (let turn = 0; turn < 10; turn++) {
      scrapeMany(instance.adminPort);
      await pause(incidentSeconds * 100);
    }
  },
  '20,000 lines at once': async (instance) => {
    instance.burst();
    await pause(incidentSeconds * 1000);
  },
};

async function incidentsUntilEnd(instance: SteadyInstance): Promise<void> {
  const titles = Object.keys(incidents);
  for (let turn = 0; turn < INCIDENTS; turn++) {
    await pause(Math.max(0, (runSeconds * (turn + 0.3)) / INCIDENTS - elapsed()) * 1000);
    const title = titles[turn % titles.length] ?? '';
    const fromSeconds = elapsed();
    await incidents[title]?.(instance);
    events.push({ kind: 'incident', title, fromSeconds, toSeconds: elapsed() });
  }
}

try {
  await Promise.all([sampleUntilEnd(staying), deployUntilEnd(), incidentsUntilEnd(staying)]);
  await load.stop();
  const verdicts = judgeSoak(samples, {
    warmUpSeconds,
    blockSeconds: Math.min(60, runSeconds / 20),
    settlingSeconds: incidentSeconds / 2,
    incidents: events.filter(({ kind }) => kind === 'incident'),
  });
  const { answered, droppedLines } = await staying.look();
  const requests = [...load.answered.values()].reduce((sum, count) => sum + count, 0);
  for (const [reason, count] of failuresByReason(load.failures)) print(`  ${count} × ${reason}`);
  const out = values.out ?? new URL('.', import.meta.url).pathname;
  const rounded = events
    .toSorted((one, other) => one.fromSeconds - other.fromSeconds)
    // oxlint-disable-next-line oxc/no-map-spread -- a few
    .map((event) => ({
      ...event,
      fromSeconds: Math.round(event.fromSeconds),
      toSeconds: Math.round(event.toSeconds),
    }));
  const results: SoakResults = {
    machine: machine(),
    measuredAt: new Date().toISOString().slice(0, 10),
    minutes: Number(values.minutes),
    ratePerSecond,
    warmUpSeconds,
    requests,
    failed: load.failures.length,
    answeredByTheOneThatStays: answered,
    droppedLines,
    missedLooks,
    verdicts,
    events: rounded,
    samples,
  };
  print(`\n${soakTables(results)}\n`);
  writeFileSync(join(out, 'soak.json'), `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(join(out, 'soak.svg'), soakPlot(samples, verdicts, rounded, warmUpSeconds));
  if (values.out === undefined) renewGenerated();
  if (load.failures.length > 0 || verdicts.some(({ isFlat }) => !isFlat)) process.exitCode = 1;
} finally {
  await load.stop();
  await deployment.stop();
  await Promise.all([collector.leave(), lokiServer.leave()]);
  rmSync(spool, { recursive: true, force: true });
}
