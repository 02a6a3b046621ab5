/*
 * Kills, restarts and fills the disk of each server in turn, under a load of numbered things, and writes what was lost:
 *
 * SIGHTLINE_LOKI_BINARY=… SIGHTLINE_TEMPO_BINARY=… node --conditions=@sightline/source test/compose/faults.ts
 *
 * Needs the right to mount. It takes some ten minutes, and writes faults.json beside it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { renewGenerated } from '../renew-generated.ts';
import type { Fault, FaultResult } from './fault-table.ts';
import { FAULT_RESULTS } from './fault-table.ts';
import { type NativeServer, type NativeStack, createNativeStack, nativeServers } from './native-stack.ts';
import { createSmallDisk } from './small-disk.ts';
import { stackProgram } from './stack-program.ts';
import { createWitness } from './witness.ts';

const faults: readonly Fault[] = ['restart', 'kill', 'full disk'];
/** Load before a fault, during it, and after it [ms]. */
const BEFORE_MS = 12_000;
const FULL_MS = 15_000;
const AFTER_MS = 12_000;
/** How long a server may take to be as it was, by itself [ms]. */
const RECOVERY_MS = 60_000;
/** What a server needs at all, so that it is the filling that fills it. */
const DISK_MEBIBYTES = 300;

const programs = Object.fromEntries(
  await Promise.all(
    nativeServers.map(async (name) => {
      const found = await stackProgram(name);
      if ('missing' in found) throw new Error(found.missing);
      return [name, found.path];
    }),
  ),
) as Readonly<Record<NativeServer, string>>;

/** Waits until the server takes things again; resolves to how long that was [s], or nothing if it does not. */
async function secondsUntilTaken(acknowledged: () => number): Promise<number | undefined> {
  const startMs = performance.now();
  const before = acknowledged();
  while (performance.now() - startMs < RECOVERY_MS) {
    if (acknowledged() > before) return (performance.now() - startMs) / 1000;
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await delay(100);
  }
  return undefined;
}

async function strike(server: NativeServer, fault: Fault): Promise<FaultResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-faults-'));
  const disk = fault === 'full disk' ? createSmallDisk(join(folder, 'disk'), DISK_MEBIBYTES) : undefined;
  const stack = await createNativeStack({
    programs,
    folder,
    ...(disk && { dataFolders: { [server]: disk.path } }),
  });
  const addTarget = (address: string): void =>
    writeFileSync(
      join(folder, 'etc/prometheus/targets/services-witness.local.yml'),
      JSON.stringify([
        {
          targets: [address],
          labels: { job: 'witness', __scrape_interval__: '1s', __scrape_timeout__: '1s' },
        },
      ]),
    );
  try {
    await Promise.all(nativeServers.map((each) => stack.start(each)));
    const witness = await createWitness(server, stack, addTarget);
    try {
      await secondsUntilTaken(() => witness.acknowledged);
      await delay(BEFORE_MS);
      const seconds = disk
        ? await fillDisk(disk, stack, server, () => witness.acknowledged)
        : await restart(
            stack,
            server,
            fault === 'restart' ? 'SIGTERM' : 'SIGKILL',
            () => witness.acknowledged,
          );
      await delay(AFTER_MS);
      await witness.pause();
      // What was scraped a moment ago is visible, and what came late is replayed.
      await delay(3000);
      const found = await witness.found();
      const needsRestart = disk !== undefined && (seconds === undefined || !stack.isRunning(server));
      return {
        server,
        fault,
        acknowledged: witness.acknowledged,
        found,
        refused: witness.refused,
        recoverySeconds: seconds === undefined ? null : Math.round(seconds * 10) / 10,
        byItself: !needsRestart,
        said: lastComplaint(stack.log(server)),
      };
    } finally {
      await witness.close();
    }
  } finally {
    await stack.stopAll();
    disk?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function restart(
  stack: NativeStack,
  server: NativeServer,
  signal: 'SIGTERM' | 'SIGKILL',
  acknowledged: () => number,
): Promise<number | undefined> {
  const startMs = performance.now();
  await stack.stop(server, signal);
  await stack.start(server);
  const taken = await secondsUntilTaken(acknowledged);
  return taken === undefined ? undefined : (performance.now() - startMs) / 1000;
}

async function fillDisk(
  disk: ReturnType<typeof createSmallDisk>,
  stack: NativeStack,
  server: NativeServer,
  acknowledged: () => number,
): Promise<number | undefined> {
  disk.fill();
  await delay(FULL_MS);
  disk.free();
  const seconds = stack.isRunning(server) ? await secondsUntilTaken(acknowledged) : undefined;
  if (seconds === undefined) {
    await stack.stop(server, 'SIGKILL');
    await stack.start(server);
  }
  return seconds;
}

/** The last line that is a complaint, short. */
function lastComplaint(log: string): string {
  const lines = log.split('\n').filter((line) => /level=(?:warn|error)|level=(?:WARN|ERROR)/.test(line));
  const [, message = ''] = /(?:msg|err)="?([^"]*)"?/.exec(lines.at(-1) ?? '') ?? [];
  return message.slice(0, 120);
}

const only = process.argv.slice(2);
const results: FaultResult[] = [];
for (const server of nativeServers) {
  for (const fault of faults) {
    if (only.length > 0 && !only.includes(server)) continue;
    // oxlint-disable-next-line no-await-in-loop -- the machine is for one at a time
    const result = await strike(server, fault);
    results.push(result);
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
}
if (only.length === 0) {
  writeFileSync(FAULT_RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  renewGenerated();
}
