import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { metricFamilies } from '@sightline/conventions';
import { afterEach, describe, expect, it } from 'vitest';
import type { FamilySnapshot } from '../family.ts';
import { createLosses } from '../losses.ts';
import { createProblems } from '../problems.ts';
import { createRegistry } from '../registry.ts';
import { createMemoryRegistry, type MemoryRegistry } from './memory-registry.fixture.ts';
import { observeRuntime } from './observe-runtime.ts';
import { processFiles } from './process-files.ts';

const catalogued = metricFamilies
  .filter(({ title }) => title === 'Runtime' || title === 'Process')
  .flatMap(({ metrics }) => Object.keys(metrics));
const onLinux = process.platform === 'linux';
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function observed(options: Parameters<typeof observeRuntime>[1] = { scope: 'process' }): MemoryRegistry {
  const registry = createMemoryRegistry();
  stops.push(observeRuntime(registry, options));
  return registry;
}

async function names(registry: MemoryRegistry): Promise<string[]> {
  const snapshot = await registry.snapshot();
  return snapshot.filter(({ series }) => series.length > 0).map(({ definition }) => definition.name);
}

/** A program of its own that has a registry. */
function moduleUrl(program: string): URL {
  const imports = ['memory-registry.fixture.ts', 'observe-runtime.ts'].map((name) =>
    JSON.stringify(new URL(name, import.meta.url).href),
  );
  const text = `
    import { createMemoryRegistry } from ${imports[0]};
    import { observeRuntime } from ${imports[1]};
    const registry = createMemoryRegistry();
    ${program}`;
  return new URL(`data:text/javascript,${encodeURIComponent(text)}`);
}

/** Turn after turn of the event loop. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  if (await condition()) return;
  await new Promise((resolve) => setImmediate(resolve));
  await until(condition);
}

/** Makes the collector run, and waits until its observers have been told. */
async function collectGarbage(registry: MemoryRegistry): Promise<void> {
  const total = (): number =>
    ['major', 'minor', 'incremental', 'weakcb'].reduce(
      (sum, kind) => sum + (registry.value('v8js_gc_duration_seconds', kind) ?? 0),
      0,
    );
  const before = total();
  await until(() => {
    Array.from({ length: 100_000 }, (_, at) => ({ at }));
    return total() > before;
  });
}

describe('observeRuntime', () => {
  it.runIf(onLinux)('has every runtime and process metric of the catalogue', async () => {
    const registry = observed();
    await collectGarbage(registry);
    // The probe of the event loop has to have run.
    await until(async () => (await names(registry)).includes('nodejs_eventloop_delay_p99_seconds'));

    expect((await names(registry)).toSorted()).toEqual(catalogued.toSorted());
  });

  it('has numbers of every kind in the registry of this package', async () => {
    const problems = createProblems((problem) => {
      throw problem;
    });
    const registry = createRegistry({ problems, losses: createLosses() });
    stops.push(observeRuntime(registry, { scope: 'process' }));
    await registry.snapshot();
    const snapshot = await registry.snapshot();
    const shown = snapshot.flatMap(({ definition, series }) => (series.length > 0 ? [definition.name] : []));

    expect(problems.told).toEqual([]);
    expect(shown).toEqual(
      expect.arrayContaining([
        'process_cpu_seconds_total',
        'process_start_time_seconds',
        'nodejs_version_info',
        'v8js_memory_heap_used_bytes',
      ]),
    );
    for (const stop of stops.splice(0)) stop();
    expect((await registry.snapshot()).flatMap(({ series }) => series)).toEqual([]);
  });

  it('has none of the process in the scope of a thread', async () => {
    const shown = await names(observed({ scope: 'thread' }));

    expect(shown).toContain('v8js_memory_heap_used_bytes');
    expect(shown).toContain('nodejs_eventloop_utilization_ratio');
    expect(shown.filter((name) => name.startsWith('process_') || name === 'nodejs_version_info')).toEqual([]);
  });

  it('leaves out what the operating system does not tell, rather than to say 0', async () => {
    const shown = await names(observed({ scope: 'process', processFiles: processFiles('/nowhere') }));

    expect(shown).toContain('process_cpu_seconds_total');
    expect(shown).not.toContain('process_open_fds');
    expect(shown).not.toContain('process_max_fds');
    expect(shown).not.toContain('process_virtual_memory_bytes');
  });

  it('comes to an end when the files of the process cannot be read', async () => {
    const never = (): Promise<undefined> => new Promise(() => {});
    const registry = observed({
      scope: 'process',
      processFiles: { openFds: never, maxFds: never, virtualMemoryBytes: never },
    });

    await registry.collect();
    await registry.collect();

    expect(registry.value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(registry.value('process_open_fds')).toBeUndefined();
  });

  it.runIf(onLinux)('counts one more open file when a file is opened', async () => {
    const registry = observed();
    const folder = mkdtempSync(join(tmpdir(), 'sightline-fds-'));
    await registry.collect();
    const before = registry.value('process_open_fds') ?? NaN;
    const files = Array.from({ length: 10 }, (_, at) => openSync(join(folder, String(at)), 'w'));

    await registry.collect();

    expect(registry.value('process_open_fds')).toBe(before + 10);
    for (const file of files) closeSync(file);
    rmSync(folder, { recursive: true });
  });

  it.runIf(onLinux)('tells the start of the process as ps does', async () => {
    const registry = observed();
    await registry.collect();
    const { stdout } = spawnSync('ps', ['-o', 'lstart=', '-p', String(process.pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
    });
    const startedAtSeconds = Date.parse(`${stdout.trim()} UTC`) / 1000;

    // ps tells whole seconds, counted from the boot of the machine.
    expect(Math.abs((registry.value('process_start_time_seconds') ?? 0) - startedAtSeconds)).toBeLessThan(2);
  });

  it('counts the CPU time once, however often it is collected', async () => {
    const registry = observed();

    await registry.collect();
    await registry.collect();
    const { user, system } = process.cpuUsage();

    const seconds = registry.value('process_cpu_seconds_total') ?? NaN;
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual((user + system) / 1e6);
  });

  it('brings back a kind of resource that has ended as 0', async () => {
    const registry = observed();
    const timer = setTimeout(() => {}, 60_000);
    await registry.collect();
    const during = registry.value('nodejs_active_resources', 'Timeout') ?? 0;
    clearTimeout(timer);
    await registry.collect();

    expect(registry.value('nodejs_active_resources', 'Timeout')).toBe(during - 1);
  });

  it('leaves nothing behind when it is disposed of', async () => {
    const registry = createMemoryRegistry();
    const stop = observeRuntime(registry, { scope: 'process' });
    await registry.collect();
    const reading = registry.collect();
    stop();
    stop();
    await reading;

    expect(registry.callbacks).toBe(0);
    expect(await names(registry)).toEqual([]);
  });

  it('knows that it is in a thread', async () => {
    const worker = new Worker(
      moduleUrl(`
        import { parentPort } from 'node:worker_threads';
        observeRuntime(registry);
        parentPort.postMessage(await registry.snapshot());`),
      { execArgv: ['--conditions=@sightline/source'] },
    );
    const [snapshot]: FamilySnapshot[][] = await once(worker, 'message');
    const shown = snapshot?.map(({ definition }) => definition.name) ?? [];

    expect(shown).toContain('v8js_memory_heap_used_bytes');
    expect(shown.filter((name) => name.startsWith('process_'))).toEqual([]);
  });

  it('lets the process end', async () => {
    const program = moduleUrl('observeRuntime(registry); await registry.collect();');
    const child = spawn(
      process.execPath,
      ['--conditions=@sightline/source', '--import', program.href, '--eval', ''],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
        timeout: 20_000,
      },
    );

    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
