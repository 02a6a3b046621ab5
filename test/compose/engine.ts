import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { NativeServer } from './native-stack.ts';
import { readComposeFile } from './compose-file.ts';
import { knownSettings, prometheusAbilities } from './prometheus-abilities.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../..', import.meta.url));
const READY_MS = 20_000;
const NO_BODY = 65_534;
const LOKI_AND_TEMPO = 10_001;
const GRAFANA = 472;

/** Programs that the images are built of. */
export interface EnginePrograms extends Readonly<Record<NativeServer, string>> {
  readonly promtool: string;
  readonly amtool: string;
  readonly busybox: string;
  readonly compose: string;
}

/** An engine of its own, in a network namespace of its own, with a copy of what `compose.yaml` mounts. */
export interface Engine {
  /** The network namespace, for `ip netns exec`. */
  readonly namespace: string;
  /** The copy of `compose/`. */
  readonly folder: string;
  docker(...args: readonly string[]): Promise<string>;
  compose(...args: readonly string[]): Promise<string>;
  /** Runs a program where the published ports are. */
  inside(program: string, ...args: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/** Why there can be no engine here, or nothing. */
export function engineMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'an engine needs root';
  const programs = ['dockerd', 'docker', 'ip'].filter(
    (name) => !(process.env['PATH'] ?? '').split(':').some((path) => existsSync(join(path, name))),
  );
  return programs.length > 0 ? `not on the PATH: ${programs.join(', ')}` : undefined;
}

/** @param work an empty folder of the caller's */
export async function openEngine(work: string, programs: EnginePrograms): Promise<Engine> {
  const namespace = `sightline-${process.pid}`;
  const socket = `unix://${work}/docker.sock`;
  const folder = join(work, 'repository/compose');
  const env = {
    PATH: process.env['PATH'],
    HOME: work,
    DOCKER_HOST: socket,
    DOCKER_CONFIG: join(work, 'config'),
    CONTAINER_LOGS_DIR: join(work, 'data/containers'),
  };
  const options = { env, cwd: folder, maxBuffer: 2 ** 26 };
  let daemon: ChildProcess | undefined;

  const docker = async (...args: readonly string[]): Promise<string> =>
    (await run('docker', args, options)).stdout;
  async function close(): Promise<void> {
    if (daemon !== undefined && daemon.exitCode === null) {
      const ids = (await docker('ps', '--all', '--quiet').catch(() => '')).split('\n').filter(Boolean);
      if (ids.length > 0) await docker('rm', '--force', '--volumes', ...ids).catch(() => '');
      const exited = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await exited;
    }
    await run('ip', ['netns', 'del', namespace]).catch(() => {});
    rmSync(work, { recursive: true, force: true });
  }

  try {
    for (const name of ['compose', 'alerts', 'dashboards'])
      cpSync(join(repository, name), join(work, 'repository', name), {
        recursive: true,
        filter: (path) => !/compose\/(?:secrets\/.|backups|\.env$)/.test(path),
      });
    mkdirSync(join(folder, 'secrets'), { recursive: true });
    const config = join(folder, 'prometheus/prometheus.yml');
    writeFileSync(
      config,
      knownSettings(readFileSync(config, 'utf8'), await prometheusAbilities(programs.prometheus)),
    );
    // The images of the shop have Node.js alone; its code is that of this repository, run from its sources.
    const shop = {
      working_dir: `${repository}examples/shop`,
      volumes: [`${repository}:${repository}:ro`],
      environment: { NODE_OPTIONS: '--max-old-space-size-percentage=65 --conditions=@sightline/source' },
    };
    writeFileSync(
      join(folder, 'shop.override.yaml'),
      JSON.stringify({ services: { storefront: shop, orders: shop, payments: shop, visitors: shop } }),
    );
    mkdirSync(join(work, 'config/cli-plugins'), { recursive: true });
    symlinkSync(programs.compose, join(work, 'config/cli-plugins/docker-compose'));

    await run('ip', ['netns', 'add', namespace]);
    await run('ip', ['netns', 'exec', namespace, 'ip', 'link', 'set', 'lo', 'up']);
    // Not `ip netns exec`, which hides the control groups.
    daemon = spawn(
      'nsenter',
      [
        `--net=/run/netns/${namespace}`,
        'dockerd',
        '--host',
        socket,
        '--data-root',
        join(work, 'data'),
        '--exec-root',
        join(work, 'exec'),
        '--pidfile',
        join(work, 'pid'),
      ],
      { stdio: 'ignore' },
    );
    const deadlineMs = performance.now() + READY_MS;
    // oxlint-disable-next-line no-await-in-loop -- one question after the other
    while ((await docker('version').catch(() => undefined)) === undefined) {
      if (performance.now() > deadlineMs || daemon.exitCode !== null)
        throw new Error('dockerd does not start');
      // oxlint-disable-next-line no-await-in-loop -- see above
      await delay(200);
    }
    await buildImages(docker, join(work, 'image'), programs);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    namespace,
    folder,
    docker,
    compose: async (...args) => {
      const { stdout, stderr } = await run('docker', ['compose', ...args], options);
      return stdout + stderr;
    },
    inside: async (program, ...args) =>
      (await run('ip', ['netns', 'exec', namespace, program, ...args], options)).stdout,
    close,
  };
}

/** The program and the libraries that it is linked with. */
async function addProgram(root: string, program: string, path: string): Promise<void> {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  cpSync(program, join(root, path));
  const { stdout } = await run('ldd', [program]).catch(() => ({ stdout: '' }));
  for (const [library] of stdout.matchAll(/\/[^\s()]+/g)) {
    mkdirSync(dirname(join(root, library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}

/** Images under the names of `compose.yaml`, each as bare or as rich as the real one. */
async function buildImages(docker: Engine['docker'], root: string, programs: EnginePrograms): Promise<void> {
  const { services } = readComposeFile();

  async function build(
    service: string,
    entrypoint: string,
    owned: Readonly<Record<string, number>>,
    fill: () => void | Promise<void>,
  ): Promise<void> {
    rmSync(root, { recursive: true, force: true });
    for (const path of ['bin', 'etc', 'tmp']) mkdirSync(join(root, path), { recursive: true });
    chmodSync(join(root, 'tmp'), 0o1777);
    writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n');
    for (const [path, owner] of Object.entries(owned)) {
      mkdirSync(join(root, path), { recursive: true });
      chownSync(join(root, path), owner, owner);
    }
    await fill();
    const archive = `${root}.tar`;
    await run('tar', ['-C', root, '-cf', archive, '.']);
    await docker(
      'import',
      '--change',
      `ENTRYPOINT ["${entrypoint}"]`,
      archive,
      services[service]?.image ?? '',
    );
    rmSync(archive);
  }
  async function addBusybox(): Promise<void> {
    await addProgram(root, programs.busybox, 'bin/busybox');
    const { stdout } = await run(programs.busybox, ['--list']);
    for (const applet of stdout.split('\n').filter((name) => name !== '' && name !== 'busybox'))
      symlinkSync('busybox', join(root, 'bin', applet));
  }
  function addScript(path: string, text: string): void {
    writeFileSync(join(root, path), `#!/bin/sh\nset -eu\n${text}`, { mode: 0o755 });
  }
  const { takesOtlp, hasHistogramSettings } = await prometheusAbilities(programs.prometheus);

  await build('prometheus', '/bin/prometheus', { prometheus: NO_BODY }, async () => {
    await addBusybox();
    await addProgram(root, programs.promtool, 'bin/promtool');
    await addProgram(root, programs.prometheus, 'bin/real-prometheus');
    const left = takesOtlp ? 'no-flag' : '--web.enable-otlp-receiver';
    const more = hasHistogramSettings ? '' : ' --enable-feature=native-histograms';
    addScript(
      'bin/prometheus',
      `for flag; do shift; [ "$flag" = ${left} ] || set -- "$@" "$flag"; done\nexec /bin/real-prometheus "$@"${more}\n`,
    );
  });
  await build('alertmanager', '/bin/alertmanager', { alertmanager: NO_BODY }, async () => {
    await addBusybox();
    await addProgram(root, programs.alertmanager, 'bin/alertmanager');
    await addProgram(root, programs.amtool, 'bin/amtool');
    const share = join(programs.alertmanager, '../../share/prometheus');
    if (existsSync(share)) cpSync(share, join(root, 'usr/share/prometheus'), { recursive: true });
  });
  await build('loki', '/usr/bin/loki', { loki: LOKI_AND_TEMPO }, () =>
    addProgram(root, programs.loki, 'usr/bin/loki'),
  );
  await build('tempo', '/tempo', { 'var/tempo': LOKI_AND_TEMPO }, () =>
    addProgram(root, programs.tempo, 'tempo'),
  );
  // Stand-ins: they read and write what the real ones would, and say that they are well.
  await build('grafana', '/run.sh', { 'var/lib/grafana': GRAFANA }, async () => {
    await addBusybox();
    mkdirSync(join(root, 'www/api'), { recursive: true });
    writeFileSync(join(root, 'www/api/health'), 'ok');
    addScript(
      'run.sh',
      'cat /run/secrets/grafana/admin_password /run/secrets/grafana/secret_key /etc/grafana/grafana.ini' +
        ' /etc/grafana/provisioning/*/*.yaml /var/lib/grafana/dashboards/sightline/sightline-fleet.json >/dev/null\n' +
        'touch /var/lib/grafana/written /tmp/written\nexec httpd -f -p 3000 -h /www\n',
    );
  });
  await build('agent', '/otelcol', {}, async () => {
    await addBusybox();
    addScript(
      'otelcol',
      'while :; do cat /var/lib/docker/containers/*/*-json.log >/var/lib/otelcol/read; sleep 1; done\n',
    );
  });
  for (const service of ['storefront', 'orders', 'payments'])
    // oxlint-disable-next-line no-await-in-loop -- one folder for all of them
    await build(service, '/bin/node', {}, async () => {
      await addBusybox();
      await addProgram(root, process.execPath, 'bin/node');
    });
  rmSync(root, { recursive: true, force: true });
}
