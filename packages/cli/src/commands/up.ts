import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CommandContext, type Outcome, defineCommand } from '../command.ts';
import { type Server, servers } from '../doctor/facts.ts';
import { exitCodes } from '../exit-code.ts';
import { planFiles, removeGone, writeFiles } from '../generated-folder.ts';
import { keepOutOfGit } from '../keep-out-of-git.ts';
import { count } from '../plural.ts';
import { printable } from '../printable.ts';
import { composeFailed, findEngine } from '../stack/engine.ts';
import { createComposeProgress } from '../stack/compose-progress.ts';
import { nativeLayout } from '../stack/native-layout.ts';
import { nativePrograms } from '../stack/native-programs.ts';
import { checkComposePorts, checkNativePorts } from '../stack/port-check.ts';
import { checkPorts, stackEnvironment } from '../stack/stack-environment.ts';
import { stackOptions } from '../stack/stack-options.ts';
import { type StackFolder, findStack, stackFiles } from '../stack/stack-files.ts';
import { serverUrl, stackServers } from '../stack/stack-servers.ts';
import { supervise } from '../stack/supervise.ts';
import { whereToLook } from '../stack/where-to-look.ts';
import { usageError } from '../usage-error.ts';

const options = {
  ...stackOptions,
  profile: {
    type: 'string',
    value: 'name',
    multiple: true,
    choices: ['collector', 'host', 'demo'],
    help: 'What else runs: collector (tail sampling), host (the machine and its containers), demo (a shop; in the repository only)',
  },
  native: { type: 'boolean', help: 'Without containers: with the programs that are installed, until Ctrl-C' },
  quiet: { type: 'boolean', help: 'With --native: do not show what the servers write' },
} as const;

export const up = defineCommand({
  name: 'up',
  summary: 'Starts the stack: Prometheus, Alertmanager, Loki, Tempo and Grafana',
  description: [
    'With Docker or Podman, as docker compose up monitoring does in compose/: it gets the images, starts the servers in their order, waits ' +
      'until each answers, and says where to look. They go on running; sightline down ends them.',
    'Outside of the repository, the files of the stack are written into .sightline/stack first, where they may be changed: a file that ' +
      'somebody has changed is kept as it is.',
    'With --native, the same files are run by the programs on the PATH, or where SIGHTLINE_PROMETHEUS_BINARY, …_ALERTMANAGER_BINARY, ' +
      '…_LOKI_BINARY, …_TEMPO_BINARY and …_GRAFANA_BINARY say; data goes below .sightline. What is not installed is named with what does ' +
      'not work without it. Ports are those of compose/.env: PROMETHEUS_PORT, LOKI_PORT, OTLP_HTTP_PORT and their like.',
  ],
  options,
  examples: [
    'sightline up',
    'sightline up --profile collector',
    'sightline up --native',
    'SIGHTLINE_LOKI_BINARY=~/bin/loki sightline up --native --folder /var/tmp/sightline --quiet',
  ],
  endsByItself: true,
  async run(context) {
    const { io, values } = context;
    const folder = resolve(io.cwd, values.folder);
    const stack = findStack(io.cwd, folder, values.stack);
    const env = stackEnvironment(io.env, stack.path);
    checkPorts(env);
    if (values.native && process.platform === 'win32') {
      throw usageError({
        problem: '--native needs a shell of Unix, which Windows does not have',
        expected: 'Linux, macOS, or the Windows Subsystem for Linux',
        fix: 'run it there, or leave --native out and take Docker',
      });
    }
    return values.native
      ? native({ ...context, io: { ...io, env } }, folder, stack)
      : composed(context, folder, stack);
  },
});

type Context = CommandContext<typeof options>;

async function composed(context: Context, folder: string, found: StackFolder): Promise<Outcome> {
  const { io, values, paint, note, progress } = context;
  if (values.profile.includes('demo') && !existsSync(join(found.path, 'examples/shop'))) {
    throw usageError({
      problem: 'the profile demo builds the shop from its sources, which are not beside the stack',
      expected: 'the repository of Sightline as the current folder, or as --stack',
      fix: 'run it there, or leave --profile demo out',
    });
  }
  const engine = await findEngine(io, io.cwd);
  if (!found.isOwn) await keepOutOfGit(folder);
  const { stack, renewed } =
    found.shipped === undefined
      ? { stack: found.path, renewed: [] }
      : await ownCopy(context, folder, found.shipped);
  const { compose } = await findEngine(io, join(stack, 'compose'));
  const profiles = values.profile.flatMap((each) => ['--profile', each]);
  const env = stackEnvironment(io.env, stack);
  progress('looking at the ports');
  await checkComposePorts({ ...io, env }, compose, profiles);
  progress(`asking ${engine.name}`);
  const told = createComposeProgress();
  const show = (line: string): void => {
    const text = told.take(line);
    if (text !== undefined) progress(text);
  };
  const args = ['--progress', 'plain', ...profiles, 'up', '--detach'];
  // `monitoring` waits for all the others; what a profile adds is only started when all is asked for.
  const steps = [[...args, ...(values.profile.length === 0 ? ['monitoring'] : [])]];
  const stale = startedBefore(renewed);
  if (stale.length > 0) steps.push(['--progress', 'plain', 'restart', ...stale]);
  for (const step of steps) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const ran = await compose(step, show);
    if (ran.ok) continue;
    note(printable(ran.output));
    throw composeFailed(`docker compose ${step.includes('restart') ? 'restart' : 'up'}`, ran);
  }
  const text = whereToLook(env, servers, {
    passwordFile: join(stack, 'compose/secrets/grafana_admin_password'),
    targetsFile: join(stack, 'compose/prometheus/targets/services.yml'),
  });
  return {
    exitCode: exitCodes.ok,
    result: { engine: engine.name, stack, servers: urls(env, servers) },
    text: `${paint('green', 'Everything runs and answers.')}\n\n${text}\n  stop: sightline down`,
  };
}

/** What a server reads when it starts, by the beginnings of paths. Rules and dashboards are looked at again by themselves. */
const readAtStart: Readonly<Partial<Record<Server | 'agent', readonly string[]>>> = {
  prometheus: ['compose/prometheus/prometheus.yml'],
  alertmanager: ['compose/alertmanager/', 'alerts/alertmanager.yml', 'alerts/templates/'],
  loki: ['compose/loki/'],
  tempo: ['compose/tempo/'],
  grafana: ['compose/grafana/', 'dashboards/provisioning/'],
  agent: ['compose/agent/'],
};

/** Servers that Compose leaves running although their files are new: it compares what stands in `compose.yaml` alone. */
function startedBefore(renewed: readonly string[]): readonly string[] {
  return Object.entries(readAtStart)
    .filter(([, starts]) => renewed.some((path) => starts.some((start) => path.startsWith(start))))
    .map(([service]) => service);
}

/** Files of the user's own are kept; what an older version of ours wrote is renewed, or taken away where it is no more. */
async function ownCopy(
  { note }: Context,
  folder: string,
  shipped: string,
): Promise<{ readonly stack: string; readonly renewed: readonly string[] }> {
  const stack = join(folder, 'stack');
  const planned = await planFiles(stack, await stackFiles(shipped));
  const changed = [
    ...planned.filter(({ state }) => state === 'changed').map(({ path }) => path),
    ...(await removeGone(stack, planned)),
  ];
  await writeFiles(
    stack,
    planned.filter(({ state }) => state !== 'changed'),
  );
  if (changed.length > 0) note(`kept as they are: ${changed.join(', ')}, which somebody has changed`);
  else note(`the files of the stack are in ${stack}`);
  return { stack, renewed: planned.filter(({ state }) => state === 'old').map(({ path }) => path) };
}

function urls(
  env: Readonly<Record<string, string | undefined>>,
  of: readonly Server[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(of.map((server) => [server, serverUrl(env, server)]));
}

async function native(context: Context, folder: string, { path: stack }: StackFolder): Promise<Outcome> {
  const { io, values, notePaint: paint, note, progress } = context;
  const { found, missing } = await nativePrograms(io);
  const running = found.map(({ server }) => server);
  progress('looking at the ports');
  await checkNativePorts(io, running);
  for (const [server, why] of missing) {
    const { name, without } = stackServers[server];
    note(`${paint('yellow', 'missing')} ${name}: ${why}. Without it: no ${without}`);
  }
  progress('writing the configuration');
  await keepOutOfGit(folder);
  const layout = await nativeLayout(io, stack, folder, found);
  const longest = Math.max(...running.map(({ length }) => length));
  const { started, ended } = supervise(io, {
    commands: layout.commands,
    onLine(server, line) {
      if (!values.quiet) note(`${paint('dim', server.padEnd(longest))} ${printable(line)}`);
    },
    onChange: (server, what) =>
      note(`${paint(what === 'is ready' ? 'green' : 'yellow', server.padEnd(longest))} ${what}`),
  });
  progress(`starting ${running.join(', ')}`);
  const { ready, failed } = await started;
  if (!io.signal.aborted && ready.length > 0) {
    const title =
      failed.length === 0
        ? paint('green', 'Everything runs and answers.')
        : paint('yellow', 'Some of it runs.');
    const text = whereToLook(
      io.env,
      servers.filter((server) => ready.includes(server)),
      layout,
    );
    note(`\n${title}\n\n${text}\n  data is in ${folder}\n  stop: Ctrl-C\n`);
  }
  await ended;
  const isAsked = io.signal.aborted;
  return {
    exitCode: isAsked && failed.length === 0 ? exitCodes.ok : exitCodes.finding,
    result: { folder, ready, failed, missing: Object.fromEntries(missing) },
    text: isAsked
      ? `${count(ready.length, 'server')} ended; data is in ${folder}`
      : 'every server has ended by itself; what they said is above',
  };
}
