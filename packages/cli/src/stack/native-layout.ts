import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SightlineError } from '@sightline/errors';
import { type Server, servers } from '../doctor/facts.ts';
import { fileError } from '../files.ts';
import type { Io } from '../io.ts';
import { runProgram } from '../programs.ts';
import { composeCommands, interpolated } from './compose-commands.ts';
import type { NativeProgram } from './native-programs.ts';
import { knownFlags, knownSettings, prometheusAbilities } from './prometheus-abilities.ts';
import { otherPorts, portOf, stackServers } from './stack-servers.ts';

/** A server that is ready to be started. */
export interface NativeCommand {
  readonly server: Server;
  readonly path: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly readyUrl: string;
}

export interface NativeLayout {
  readonly commands: readonly NativeCommand[];
  readonly passwordFile: string;
  readonly targetsFile: string;
}

const NO_SERVICES = `# Your services. Prometheus sees a change of this file by itself.
# - targets: ['127.0.0.1:9464']
#   labels: { job: checkout, deployment_environment_name: dev }
[]
`;

/**
 * Lays the configuration of the compose file out for servers without containers: the same files and flags; folders,
 * addresses and ports are others. What was there is written anew, but for data, secrets and `services.yml`.
 *
 * @param stack holds `compose/`, `alerts/` and `dashboards/`; only read
 * @param folder where everything goes: `etc/`, `data/`, `secrets/`
 */
export async function nativeLayout(
  io: Pick<Io, 'env' | 'cwd' | 'signal'>,
  stack: string,
  folder: string,
  programs: readonly NativeProgram[],
): Promise<NativeLayout> {
  const etc = (server: Server): string => join(folder, 'etc', server);
  const data = (server: Server): string => join(folder, 'data', server);
  const port = (server: Server): number =>
    portOf(io.env, stackServers[server].portVariable, stackServers[server].port);
  const urlOf = (server: Server): string => `http://127.0.0.1:${port(server)}`;
  const ports = Object.fromEntries(
    Object.entries(otherPorts).map(([name, byDefault]) => [name, portOf(io.env, name, byDefault)]),
  );
  const isThere = (server: Server): boolean => programs.some((each) => each.server === server);
  const targetsFile = join(etc('prometheus'), 'targets/services.yml');

  try {
    await Promise.all(
      servers.flatMap((server) => [
        mkdir(etc(server), { recursive: true }),
        mkdir(data(server), { recursive: true }),
      ]),
    );
    await mkdir(join(folder, 'secrets'), { recursive: true, mode: 0o700 });
    for (const server of ['loki', 'tempo'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- two small files
      await cp(join(stack, 'compose', server, `${server}.yml`), join(etc(server), `${server}.yml`));
    }
    await copyAnew(join(stack, 'alerts/loki'), join(etc('loki'), 'rules/fake'));
    await copyAnew(join(stack, 'alerts/prometheus'), join(etc('prometheus'), 'rules'));
    await mkdir(join(etc('prometheus'), 'targets'), { recursive: true });
    const target = (server: Server): object => ({
      targets: [`127.0.0.1:${port(server)}`],
      labels: { job: server },
    });
    // JSON is YAML.
    await writeFile(
      join(etc('prometheus'), 'targets/stack.yml'),
      `${JSON.stringify(programs.map(({ server }) => target(server)))}\n`,
    );
    await writeFile(
      join(etc('prometheus'), 'targets/alertmanagers.yml'),
      `${JSON.stringify(isThere('alertmanager') ? [{ targets: [`127.0.0.1:${port('alertmanager')}`] }] : [])}\n`,
    );
    if (!existsSync(targetsFile)) await writeFile(targetsFile, NO_SERVICES);
    await writeSecrets();
    if (isThere('grafana')) await writeGrafana();
  } catch (error) {
    // What could not be set up has said why itself.
    if (error instanceof SightlineError) throw error;
    throw (error as { code?: unknown }).code === undefined
      ? error
      : fileError(folder, 'cannot be written', error);
  }

  async function writeSecrets(): Promise<void> {
    const env = {
      PATH: io.env['PATH'],
      SECRETS_DIR: join(folder, 'secrets'),
      ALERTS_DIR: join(stack, 'alerts'),
      RECEIVERS_FILE: join(stack, 'compose/alertmanager/alertmanager.yml'),
      GRAFANA_DIR: join(etc('grafana'), 'secrets'),
      ALERTMANAGER_DIR: etc('alertmanager'),
      ALERTMANAGER_SECRETS_SHOWN: `${etc('alertmanager')}/secrets/`,
      SHOP_DIR: join(folder, 'etc/shop'),
    };
    const ran = await runProgram({ ...io, env }, '/bin/sh', [join(stack, 'compose/setup/setup.sh')]);
    if (!ran.ok) throw fileError(folder, `could not be set up: ${ran.output}`);
  }

  /** Paths and addresses of the container become those of this machine. */
  async function writeGrafana(): Promise<void> {
    const moved = (text: string): string =>
      servers
        .reduce(
          (all, server) => all.replaceAll(`http://${server}:${stackServers[server].port}`, urlOf(server)),
          text,
        )
        .replaceAll('/run/secrets/grafana/', `${etc('grafana')}/secrets/`)
        .replaceAll('/etc/grafana/', `${etc('grafana')}/`)
        .replaceAll('/var/lib/grafana/dashboards/sightline', join(stack, 'dashboards'));
    const ini = await readFile(join(stack, 'compose/grafana/grafana.ini'), 'utf8');
    await writeFile(join(etc('grafana'), 'grafana.ini'), moved(ini));
    for (const kind of ['datasources', 'dashboards']) {
      const from = join(stack, 'dashboards/provisioning', kind);
      const to = join(etc('grafana'), 'provisioning', kind);
      // oxlint-disable-next-line no-await-in-loop -- a few small files
      await rm(to, { recursive: true, force: true });
      // oxlint-disable-next-line no-await-in-loop -- the same
      await mkdir(to, { recursive: true });
      // oxlint-disable-next-line no-await-in-loop -- the same
      for (const name of await readdir(from)) {
        // oxlint-disable-next-line no-await-in-loop -- the same
        await writeFile(join(to, name), moved(await readFile(join(from, name), 'utf8')));
      }
    }
  }

  const composed = await composeCommands(stack);
  const variables: Readonly<Record<string, string>> = {
    LISTEN_ADDRESS: '127.0.0.1',
    LOKI_DATA: data('loki'),
    LOKI_RULES: join(etc('loki'), 'rules'),
    TEMPO_DATA: data('tempo'),
    PROMETHEUS_URL: urlOf('prometheus'),
    ALERTMANAGER_URL: urlOf('alertmanager'),
    GRAFANA_URL: io.env['GRAFANA_URL'] || `http://localhost:${port('grafana')}`,
    TEMPO_OTLP_HTTP_PORT: String(ports['OTLP_HTTP_PORT']),
    TEMPO_OTLP_GRPC_PORT: String(ports['OTLP_GRPC_PORT']),
    LOKI_GRPC_PORT: String(ports['LOKI_GRPC_PORT']),
    TEMPO_GRPC_PORT: String(ports['TEMPO_GRPC_PORT']),
    ...Object.fromEntries(servers.map((server) => [stackServers[server].portVariable, String(port(server))])),
  };
  const commands = await Promise.all(
    programs.map(async ({ server, path, home }): Promise<NativeCommand> => {
      const { args, env } = composed(server);
      const { config, data: dataThere } = stackServers[server].container;
      const given = args.map((argument) =>
        interpolated(argument, { ...io.env, ...variables })
          .replaceAll(`${config}/`, `${etc(server)}/`)
          .replace(`=${dataThere}`, `=${data(server)}`),
      );
      return {
        server,
        path,
        args: await argsOf(server, path, given, home),
        cwd: data(server),
        readyUrl: `${urlOf(server)}${stackServers[server].ready}`,
        env: {
          PATH: io.env['PATH'] ?? '',
          HOME: folder,
          ...Object.fromEntries(
            Object.entries(env).map(([name, text]) => [
              name,
              interpolated(text, { ...io.env, ...variables }),
            ]),
          ),
          ...variables,
        },
      };
    }),
  );
  return { commands, passwordFile: join(folder, 'secrets/grafana_admin_password'), targetsFile };

  async function argsOf(
    server: Server,
    path: string,
    given: readonly string[],
    home: string | undefined,
  ): Promise<readonly string[]> {
    const listen = `--web.listen-address=127.0.0.1:${port(server)}`;
    if (server === 'prometheus') {
      const abilities = await prometheusAbilities(io, path);
      const file = await readFile(join(stack, 'compose/prometheus/prometheus.yml'), 'utf8');
      await writeFile(join(etc('prometheus'), 'prometheus.yml'), knownSettings(file, abilities));
      return [...knownFlags(given, abilities), listen];
    }
    if (server === 'alertmanager') return [...given, listen];
    if (server !== 'grafana') return given;
    return [
      'server',
      `--homepath=${home}`,
      `--config=${join(etc('grafana'), 'grafana.ini')}`,
      `cfg:paths.data=${data('grafana')}`,
      `cfg:paths.logs=${join(data('grafana'), 'log')}`,
      `cfg:paths.provisioning=${join(etc('grafana'), 'provisioning')}`,
      'cfg:server.http_addr=127.0.0.1',
      `cfg:server.http_port=${port('grafana')}`,
    ];
  }
}

/** What was renamed or deleted since the last time would go on to be read. */
async function copyAnew(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true });
}
