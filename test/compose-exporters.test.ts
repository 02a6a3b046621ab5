/** The profile `host` of compose.yaml with Debian's exporters and Prometheus: its jobs, its commands, its alert. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { composeFolder, readComposeFile } from './compose/compose-file.ts';
import { prometheusAbilities } from './compose/prometheus-abilities.ts';
import { stackProgram } from './compose/stack-program.ts';
import { type Found, debianProgram } from './servers/debian.ts';
import { freePort } from './servers/ports.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';

const run = promisify(execFile);
const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
const SEEN_MS = 120_000;
const DISK_BYTES = 8_388_608;

const exporters = ['node-exporter', 'blackbox'] as const;
type Exporter = (typeof exporters)[number];
const packages: Readonly<Record<Exporter, string>> = {
  'node-exporter': 'prometheus-node-exporter',
  blackbox: 'prometheus-blackbox-exporter',
};

const found = new Map<string, Found>();
if (isLong) {
  found.set('prometheus', await stackProgram('prometheus'));
  for (const exporter of exporters) {
    const program = packages[exporter];
    // oxlint-disable-next-line no-await-in-loop -- one download after the other
    found.set(exporter, await debianProgram({ program, package: program, release: 'sid' }));
  }
}
const missing = [
  ...(isLong ? [] : ['it is not the long form']),
  ...[...found.values()].flatMap((each) => ('missing' in each ? [each.missing] : [])),
];
process.stdout.write(
  missing.length > 0
    ? `The profile host is not tried on real exporters: ${missing.join('; ')}\n`
    : 'The profile host on real exporters: node exporter, blackbox exporter. Not here, as there is no program of it: cAdvisor.\n',
);
const pathOf = (name: string): string => {
  const program = found.get(name);
  return program !== undefined && 'path' in program ? program.path : '';
};

interface Job {
  readonly job_name: string;
  readonly dns_sd_configs?: readonly { readonly names: readonly string[] }[];
  readonly params?: Readonly<Record<string, readonly string[]>>;
}

describe.skipIf(missing.length > 0)('the profile host', () => {
  const children: ChildProcess[] = [];
  const answering = createServer((_request, response) => response.end('ok'));
  let folder: string;
  let prometheus: Prometheus | undefined;
  let hasDisk = false;

  async function startExporter(name: Exporter): Promise<string> {
    const address = `127.0.0.1:${await freePort()}`;
    const command = (readComposeFile().services[name]?.command ?? []).map((flag) =>
      flag
        .replace('--path.rootfs=/host', '--path.rootfs=/')
        .replace('/etc/blackbox/', `${composeFolder}/blackbox/`),
    );
    const child = spawn(pathOf(name), [...command, `--web.listen-address=${address}`], { stdio: 'ignore' });
    children.push(child);
    return address;
  }

  /** The jobs of prometheus.yml that ask an exporter, each with its address in place of its name in DNS. */
  function jobsAt(addresses: Readonly<Record<string, string>>, probed: readonly string[]): readonly object[] {
    const config = parse(readFileSync(`${composeFolder}/prometheus/prometheus.yml`, 'utf8')) as {
      scrape_configs: readonly Job[];
    };
    const at = ({ dns_sd_configs, ...job }: Job): object => ({
      ...job,
      static_configs: [{ targets: [addresses[dns_sd_configs?.[0]?.names[0] ?? '']] }],
    });
    const jobs = config.scrape_configs.filter(
      ({ dns_sd_configs }) => addresses[dns_sd_configs?.[0]?.names[0] ?? ''] !== undefined,
    );
    return jobs.flatMap((job) =>
      job.params === undefined
        ? [at(job)]
        : probed.map((target, index) => ({
            ...at({ ...job, params: { ...job.params, target: [target] } }),
            job_name: `${job.job_name}-${index}`,
          })),
    );
  }

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sightline-exporters-'));
    // A disk of its own, with a file system as a machine has it, and nearly full.
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    writeFileSync(`${disk}.img`, '');
    truncateSync(`${disk}.img`, DISK_BYTES);
    hasDisk = await run('mkfs.ext4', ['-q', `${disk}.img`])
      .then(() => run('mount', ['-o', 'loop', `${disk}.img`, disk]))
      .then(() => true)
      .catch(() => false);
    if (hasDisk) await run('dd', ['if=/dev/zero', `of=${disk}/filler`, 'bs=64k']).catch(() => {});

    const rules = ['stack', 'availability'].map((area) => {
      const path = join(folder, `${area}.yml`);
      const given = readFileSync(new URL(`../alerts/prometheus/${area}.yml`, import.meta.url), 'utf8');
      const { groups } = parse(given) as { groups: { rules: object[] }[] };
      for (const group of groups) {
        Object.assign(group, { interval: '1s' });
        for (const rule of group.rules) if ('for' in rule) Object.assign(rule, { for: '0s' });
      }
      writeFileSync(path, stringify({ groups }));
      return path;
    });

    await new Promise<void>((resolve) => answering.listen(0, '127.0.0.1', resolve));
    const { port } = answering.address() as AddressInfo;
    const addresses = {
      'node-exporter': await startExporter('node-exporter'),
      blackbox: await startExporter('blackbox'),
    };
    const { hasHistogramSettings } = await prometheusAbilities(pathOf('prometheus'));
    prometheus = await startPrometheus({
      path: pathOf('prometheus'),
      jobs: {},
      scrapeConfigs: jobsAt(addresses, [
        `http://127.0.0.1:${port}/`,
        `http://127.0.0.1:${await freePort()}/`,
      ]),
      alerts: { rules, alertmanager: '127.0.0.1:9' },
      flags: hasHistogramSettings ? [] : ['--enable-feature=native-histograms'],
    });
  }, SEEN_MS);

  afterAll(async () => {
    await prometheus?.stop();
    for (const child of children) {
      const exited = once(child, 'exit');
      if (child.exitCode === null && child.kill('SIGKILL'))
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        await exited;
    }
    answering.close();
    if (hasDisk) await run('umount', ['--lazy', join(folder, 'disk')]);
    rmSync(folder, { recursive: true, force: true });
  }, SEEN_MS);

  const eventually = (look: () => Promise<void>): Promise<void> =>
    vi.waitFor(look, { timeout: SEEN_MS, interval: 500 });

  it(
    'is scraped with the jobs of prometheus.yml, and tells disks, memory and the processor of the machine',
    async () => {
      await eventually(async () => {
        const up = await prometheus!.query('up == 1');
        expect(new Set(up.map(({ metric }) => metric['job']))).toEqual(
          new Set(['blackbox', 'node', 'probe-grafana-0', 'probe-grafana-1']),
        );
        for (const series of [
          'node_filesystem_avail_bytes',
          'node_memory_MemAvailable_bytes',
          'node_cpu_seconds_total',
        ])
          // oxlint-disable-next-line no-await-in-loop -- one after the other
          expect([series, (await prometheus!.query(`count(${series}) > 0`)).length]).toEqual([series, 1]);
      });
      // Virtual file systems are left out, those below / are there.
      const [root] = await prometheus!.query('node_filesystem_size_bytes{mountpoint="/"}');
      expect(Number(root?.value[1])).toBeGreaterThan(0);
      expect(
        await prometheus!.query('node_filesystem_size_bytes{mountpoint=~"/(proc|sys|dev|run)(/.*)?"}'),
      ).toEqual([]);
    },
    SEEN_MS + 30_000,
  );

  it(
    'tells which address answers and which does not',
    async () => {
      await eventually(async () => {
        const probes = await prometheus!.query('probe_success');
        expect(
          Object.fromEntries(probes.map(({ metric, value }) => [metric['job'] ?? '', value[1]])),
        ).toEqual({ 'probe-grafana-0': '1', 'probe-grafana-1': '0' });
      });
    },
    SEEN_MS + 30_000,
  );

  it(
    'fires ProbeFailing for the address that does not answer, by its name, and not for the other',
    async () => {
      await eventually(async () => {
        const fired = await prometheus!.query('ALERTS{alertname="ProbeFailing", alertstate="firing"}');
        expect(fired.map(({ metric }) => [metric['job'], metric['instance']])).toEqual([
          ['probe-grafana-1', expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/)],
        ]);
      });
    },
    SEEN_MS + 30_000,
  );

  it(
    'fires StackDiskFilling for the disk that is nearly full, by its place and with what is left',
    async ({ skip }) => {
      skip(!hasDisk, 'a file system cannot be mounted here');
      await eventually(async () => {
        const fired = await prometheus!.query(
          `ALERTS{alertname="StackDiskFilling", alertstate="firing", mountpoint="${join(folder, 'disk')}"}`,
        );
        expect(fired.map(({ metric }) => metric['service'])).toEqual(['node']);
      });
      const response = await fetch(`${prometheus!.url}/api/v1/alerts`);
      const { data } = (await response.json()) as {
        data: { alerts: { labels: Record<string, string>; annotations: Record<string, string> }[] };
      };
      const alert = data.alerts.find(({ labels }) => labels['mountpoint'] === join(folder, 'disk'));
      expect(alert?.annotations['summary']).toMatch(/^The disk at .*\/disk of .* has \d\S*% left$/);
    },
    SEEN_MS + 30_000,
  );
});
