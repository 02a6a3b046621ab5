import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { paths, ports } from '@sightline/conventions';
import { describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type ComposeService, bytesOf, composeFolder, readComposeFile } from './compose/compose-file.ts';
import { pathOr, tellMissing } from './compose/stack-program.ts';
import { debianProgram } from './servers/debian.ts';

// A program that takes a second may take many on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const run = promisify(execFile);
const read = (file: string): string => readFileSync(join(composeFolder, file), 'utf8');
const compose = await debianProgram({ program: 'docker-compose', package: 'docker-compose', release: 'sid' });
tellMissing([compose]);

const file = readComposeFile();
const services = Object.entries(file.services);
/** What `docker compose up monitoring` leaves running. */
const servers = services.filter(([, { profiles, restart }]) => profiles === undefined && restart !== 'no');

/** Services for which something holds. */
function where(holds: (service: ComposeService) => boolean): readonly string[] {
  return services.filter(([, service]) => holds(service)).map(([name]) => name);
}

function limitOf(name: string): number {
  return bytesOf(file.services[name]?.mem_limit ?? '');
}

function conditionsOf(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(file.services[name]?.depends_on ?? {}).map(([each, { condition }]) => [each, condition]),
  );
}

describe('compose.yaml', () => {
  it('is what Compose 2 takes, with every profile', async ({ skip }) => {
    const program = pathOr(compose, skip);
    const files = [
      '--file',
      join(composeFolder, 'compose.yaml'),
      '--env-file',
      join(composeFolder, '.env.example'),
    ];
    const env = { PATH: process.env['PATH'], HOME: tmpdir() };
    const args = [...files, '--profile', '*', 'config', '--format', 'json'];
    const { stdout, stderr } = await run(program, args, { env });
    expect(stderr).toBe('');
    const model = JSON.parse(stdout) as { services: Record<string, { ports?: { host_ip?: string }[] }> };
    expect(new Set(Object.keys(model.services))).toEqual(new Set(Object.keys(file.services)));
    const published = Object.values(model.services).flatMap((service) => service.ports ?? []);
    expect(published.length).toBeGreaterThan(6);
    expect(published.filter(({ host_ip: address }) => address !== '127.0.0.1')).toEqual([]);
  });

  it('has every variable in .env.example, with its default', () => {
    const used = [...read('compose.yaml').matchAll(/\$\{(\w+):-([^}]*)\}/g)];
    const given = [...read('.env.example').matchAll(/^(\w+)=(.*)$/gm)];
    const pairs = (matches: readonly RegExpExecArray[]): object =>
      Object.fromEntries(matches.map(([, name = '', value = '']) => [name, value]));
    expect(pairs(used)).toEqual(pairs(given));
  });

  it('listens where the conventions say', () => {
    const first = (name: string): string => file.services[name]?.ports?.[0] ?? '';
    for (const name of ['grafana', 'prometheus', 'alertmanager', 'loki', 'tempo'] as const)
      expect(first(name)).toMatch(new RegExp(`:-${ports[name].port}\\}:${ports[name].port}$`));
    expect(file.services['tempo']?.ports?.slice(1).map((port) => port.split(':').at(-1))).toEqual([
      String(ports.otlpGrpc.port),
      String(ports.otlpHttp.port),
    ]);
    expect(file.services['storefront']?.healthcheck?.test.join(' ')).toContain(
      `:${ports.admin.port}${paths.readiness.path}`,
    );
  });

  it('pins every image by its version', () => {
    const images = services
      .map(([, { image = '' }]) => image)
      .filter((image) => !image.startsWith('sightline/'));
    expect(images.length).toBeGreaterThan(8);
    expect(images.filter((image) => !/^[\w./-]+:v?\d+\.\d+\.\d+$/.test(image))).toEqual([]);
  });

  it.each(services)(
    'gives %s a root that is read-only, no capability and no way to new rights',
    (_name, service) => {
      expect(service).toMatchObject({
        read_only: true,
        security_opt: ['no-new-privileges:true'],
        cap_drop: ['ALL'],
        pids_limit: expect.any(Number) as number,
      });
      expect(service).not.toHaveProperty('privileged');
    },
  );

  it('has root, and capabilities, only where the comment beside it says why, and these without a network', () => {
    expect(where(({ user }) => user === undefined)).toEqual([]);
    expect(where(({ user = '' }) => user.startsWith('0:'))).toEqual([
      'setup',
      'agent',
      'cadvisor',
      'backup',
      'restore',
    ]);
    const capable = ['setup', 'backup', 'restore'];
    expect(where((service) => Object.hasOwn(service, 'cap_add'))).toEqual(capable);
    expect(where(({ network_mode: mode }) => mode === 'none')).toEqual(expect.arrayContaining(capable));
  });

  it.each(services)('bounds %s: memory, CPU, the files of its log', (_name, service) => {
    expect(bytesOf(service.mem_limit ?? '')).toBeGreaterThan(0);
    expect(service.cpus).toBeGreaterThan(0);
    const { driver, options } = service.logging!;
    expect(['json-file', 'local']).toContain(driver);
    expect([options['max-size'], options['max-file']]).toEqual(['10m', '3']);
  });

  it('lets the collector of Go work harder at nine tenths of the memory, before the kernel ends the server', () => {
    const limited = services.filter(([, { environment }]) => environment?.['GOMEMLIMIT'] !== undefined);
    expect(limited.map(([name]) => name)).toEqual(expect.arrayContaining(servers.map(([name]) => name)));
    for (const [name, { environment }] of limited)
      expect(environment?.['GOMEMLIMIT']).toBe(`${Math.floor((limitOf(name) / 2 ** 20) * 0.9)}MiB`);
  });

  it('takes at most 1.5 GiB for what `up monitoring` leaves running', () => {
    expect(new Set(servers.map(([name]) => name))).toEqual(
      new Set(['agent', 'alertmanager', 'grafana', 'loki', 'prometheus', 'tempo']),
    );
    const total = servers.reduce((sum, [name]) => sum + limitOf(name), 0);
    expect(total).toBeLessThanOrEqual(1.5 * 2 ** 30);
  });

  it('knows of each server whether it is well, by a program of its image', () => {
    const tests = servers.map(([name, { healthcheck }]) => [name, healthcheck?.test.slice(0, 2).join(' ')]);
    expect(Object.fromEntries(tests)).toEqual({
      prometheus: 'CMD /bin/promtool',
      alertmanager: 'CMD /bin/amtool',
      loki: 'CMD /usr/bin/loki',
      tempo: 'CMD /tempo',
      grafana: 'CMD wget',
      // Its image holds the Collector alone, which has no such command.
      agent: undefined,
    });
  });

  it('starts in order: secrets, then servers, then Grafana, then the word where to look', () => {
    const setup = { setup: 'service_completed_successfully' };
    const four = ['prometheus', 'alertmanager', 'loki', 'tempo'];
    const healthy = Object.fromEntries(four.map((name) => [name, 'service_healthy']));
    expect(four.map(conditionsOf)).toEqual([setup, setup, setup, setup]);
    expect(conditionsOf('grafana')).toEqual({ ...setup, ...healthy });
    expect(conditionsOf('monitoring')).toEqual({
      ...healthy,
      grafana: 'service_healthy',
      agent: 'service_started',
    });
  });

  it('has no secret in a setting that `docker inspect` shows', () => {
    const settings = ({ environment = {}, command = [], entrypoint = [] }: ComposeService): string[] => [
      ...Object.keys(environment),
      ...command,
      ...entrypoint.filter((each) => !each.includes('cat /run/secrets')),
    ];
    const telling = services.flatMap(([name, service]) =>
      settings(service)
        .filter((each) => /PASSWORD|SECRET|TOKEN|_KEY\b|password=/.test(each))
        .map((each) => `${name}: ${each}`),
    );
    expect(telling).toEqual([]);
  });

  it('mounts only what is there, and everything of this machine read-only but secrets and backups', () => {
    const mounts = services.flatMap(([name, { volumes = [] }]) =>
      volumes.map((volume) => {
        const [source = '', , mode = 'rw'] = volume.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').split(':');
        return { name, source, mode };
      }),
    );
    const files = mounts.filter(({ source }) => source.startsWith('.') && source !== './backups');
    expect(files.filter(({ source }) => !existsSync(join(composeFolder, source)))).toEqual([]);
    const named = mounts.filter(({ source }) => /^\w/.test(source)).map(({ source }) => source);
    expect(new Set(named)).toEqual(new Set(Object.keys(file.volumes)));
    const written = mounts.filter(({ source, mode }) => !/^\w/.test(source) && !mode.startsWith('ro'));
    expect(written.map(({ name, source }) => `${name} ${source}`)).toEqual([
      'setup ./secrets',
      'backup ./backups',
    ]);
  });

  it('keeps everything for a bounded time', () => {
    const flags = file.services['prometheus']?.command ?? [];
    expect(flags).toContain('--storage.tsdb.retention.time=${PROMETHEUS_RETENTION:-15d}');
    expect(flags).toContain('--storage.tsdb.retention.size=${PROMETHEUS_RETENTION_SIZE:-4GB}');
    expect(parse(read('loki/loki.yml'))).toMatchObject({
      compactor: { retention_enabled: true },
      limits_config: { retention_period: '${LOKI_RETENTION:-168h}' },
    });
    const retention = { block_retention: '${TEMPO_RETENTION:-72h}' };
    expect(parse(read('tempo/tempo.yml'))).toMatchObject({
      backend_scheduler: { provider: { compaction: { compaction: retention } } },
      backend_worker: { compaction: retention },
    });
  });
});
