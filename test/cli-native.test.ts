/** `sightline up --native`, `status` and `doctor` with the servers that are there, on ports of their own. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Io, run } from '@sightline/cli';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DoctorService, startService } from './cli-doctor/start-service.ts';
import { commandFor } from './servers/alertmanager.ts';
import { type Found, debianProgram } from './servers/debian.ts';
import { freePort } from './servers/ports.ts';
import { findProgram } from './servers/program.ts';

const RUN_MS = 240_000;
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const programs: Record<'prometheus' | 'loki' | 'tempo', Found> = {
  prometheus: { missing: 'prometheus: not looked for yet' },
  loki: findProgram('loki', 'SIGHTLINE_LOKI_BINARY'),
  tempo: findProgram('tempo', 'SIGHTLINE_TEMPO_BINARY'),
};
const there = (['loki', 'tempo'] as const).filter((name) => 'path' in programs[name]);

let folder: string;
let service: DoctorService | undefined;
let env: Record<string, string>;

interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
async function sightline(
  argv: readonly string[],
  signal: AbortSignal,
  onText = (_text: string) => {},
): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  const io: Io = {
    stdin: (async function* nothing() {})(),
    stdout: { write: (text) => (stdout += text) },
    stderr: {
      write(text) {
        stderr += text;
        onText(stderr);
      },
    },
    env,
    cwd: folder,
    isTerminal: { stdout: false, stderr: false },
    fetch,
    now: Date.now,
    signal,
  };
  return { exitCode: await run(argv, io), stdout, stderr };
}

beforeAll(async () => {
  const sid = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'sid' });
  const own = await debianProgram({ program: 'prometheus', package: 'prometheus', release: 'own' });
  programs.prometheus = 'path' in sid ? sid : own;
  folder = await mkdtemp(join(tmpdir(), 'sightline-native-'));
  const names = [
    'PROMETHEUS_PORT',
    'ALERTMANAGER_PORT',
    'LOKI_PORT',
    'TEMPO_PORT',
    'GRAFANA_PORT',
    'OTLP_HTTP_PORT',
    'OTLP_GRPC_PORT',
    'LOKI_GRPC_PORT',
    'TEMPO_GRPC_PORT',
  ];
  env = { PATH: process.env['PATH'] ?? '' };
  // oxlint-disable-next-line no-await-in-loop -- one port after the other
  for (const name of names) env[name] = String(await freePort());
  for (const [name, found] of Object.entries(programs))
    if ('path' in found) env[`SIGHTLINE_${name.toUpperCase()}_BINARY`] = found.path;
  await alertmanagerOfDebian();
}, 300_000);

/** Debian's, which looks for files of its package: a script beside it lays them where it looks. */
async function alertmanagerOfDebian(): Promise<void> {
  const found = await debianProgram({
    program: 'prometheus-alertmanager',
    package: 'prometheus-alertmanager',
    release: 'own',
  });
  if ('missing' in found) return;
  const [command, args] = commandFor(found.path);
  if (args.length === 0) {
    await symlink(command, join(folder, 'alertmanager'));
  } else {
    const words = [command, ...args].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
    await writeFile(join(folder, 'alertmanager'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 });
  }
  env['SIGHTLINE_ALERTMANAGER_BINARY'] = join(folder, 'alertmanager');
}

afterAll(async () => {
  await service?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A service that the stack scrapes and that sends to it; its first scrape takes as long as the interval. */
async function doctored(running: readonly string[], without: readonly string[]): Promise<void> {
  service = await startService({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${env['OTLP_HTTP_PORT']}`,
    OTEL_LOGS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_LOGS_ENDPOINT: `http://127.0.0.1:${env['LOKI_PORT']}/otlp/v1/logs`,
  });
  const host = new URL(service.adminUrl ?? '').host;
  await writeFile(
    join(folder, '.sightline/etc/prometheus/targets/services.yml'),
    JSON.stringify([{ targets: [host], labels: { job: 'doctored' } }]),
  );
  const doctor = await sightline(
    ['doctor', service.url, '--admin', service.adminUrl ?? '', '--wait', '45s', '--json', ...without],
    AbortSignal.timeout(RUN_MS),
  );
  const { result } = JSON.parse(doctor.stdout) as {
    result: { findings: readonly { code: string; severity: string }[] };
  };
  // Nobody has said yet who is to be told.
  expect(result.findings.filter(({ severity }) => severity === 'fault').map(({ code }) => code)).toEqual(
    running.includes('alertmanager') ? ['alertmanager-no-receiver'] : [],
  );
}

describe(`sightline up --native, with Debian's Prometheus and Alertmanager${there.map((name) => `, the real ${name}`).join('')}`, () => {
  it(
    `runs the configuration of compose/, ${isLong ? 'is healthy, ' : ''}and ends all of it`,
    async ({ skip }) => {
      if ('missing' in programs.prometheus) skip(programs.prometheus.missing);
      const running = ['prometheus', 'alertmanager', ...there].filter(
        (name) => env[`SIGHTLINE_${name.toUpperCase()}_BINARY`] !== undefined,
      );
      const missing = ['prometheus', 'alertmanager', 'loki', 'tempo', 'grafana'].filter(
        (name) => !running.includes(name) && !existsSync(env[`SIGHTLINE_${name.toUpperCase()}_BINARY`] ?? ''),
      );
      const abort = new AbortController();
      const up = Promise.withResolvers<void>();
      const ended = sightline(['up', '--native', '--json'], abort.signal, (text) => {
        if (text.includes('stop: Ctrl-C')) up.resolve();
      });
      const early = await Promise.race([up.promise, ended]);
      expect(early).toBeUndefined();

      const without = missing.flatMap((name) => ['--without', name]);
      const status = await sightline(['status', '--json', ...without], AbortSignal.timeout(RUN_MS));
      expect(status).toMatchObject({ exitCode: 0 });

      if (isLong) await doctored(running, without);

      abort.abort();
      const ran = await ended;
      expect(ran).toMatchObject({ exitCode: 0 });
      expect(JSON.parse(ran.stdout)).toMatchObject({ result: { ready: running, failed: [] } });
      for (const name of missing) expect(ran.stderr.toLowerCase()).toContain(`missing ${name}`);
      await vi.waitFor(async () => {
        await expect(fetch(`http://127.0.0.1:${env['PROMETHEUS_PORT']}/-/ready`)).rejects.toThrow(
          'fetch failed',
        );
      }, 30_000);
      expect(await readFile(join(folder, '.sightline/.gitignore'), 'utf8')).toContain('secrets/');
    },
    RUN_MS,
  );
});
