import { spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { basename, join, resolve } from 'node:path';
import { ports } from '@sightline/conventions';
import type { LocalStack, Notification, startLocal } from '@sightline/local';
import { type CommandContext, type Outcome, defineCommand } from '../command.ts';
import { type Desktop, createDesktop } from '../desktop.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { fileError } from '../files.ts';
import { isEndedOnTerminal } from '../io.ts';
import { isAddress, isHostName, isPort, isTarget, isToken } from '../option-checks.ts';
import { printable } from '../printable.ts';
import { findProgram, startOf } from '../programs.ts';
import { isSamePlace, otlpHeader, tokenVariable } from '../stack/local-token.ts';
import { onPort } from '../stack/port-option.ts';
import { groupEnd, signalGroup } from '../stack/process-group.ts';
import { saveMemoryWhenQuiet } from '../stack/quiet-memory.ts';
import { scrapeWhenThere } from '../stack/scrape-when-there.ts';
import { withoutAllocator } from '../stack/small-process.ts';
import { findStack } from '../stack/stack-files.ts';
import { portOf } from '../stack/stack-servers.ts';
import { usageError } from '../usage-error.ts';

const options = {
  port: {
    type: 'string',
    value: 'port',
    default: '4318',
    help: 'Where it listens; 0 takes a free one',
    check: isPort,
  },
  host: {
    type: 'string',
    value: 'address',
    default: '127.0.0.1',
    help: 'What it listens on; anything but this machine alone needs a token',
    check: isAddress,
  },
  token: {
    type: 'string',
    value: 'token',
    env: [tokenVariable],
    help: 'What every request has to bring, as Authorization: Bearer; others of this machine can read a command line, not a variable',
    check: isToken,
  },
  'allow-host': {
    type: 'string',
    value: 'name',
    multiple: true,
    help: 'A further name by which it may be called, such as host.docker.internal',
    check: isHostName,
  },
  scrape: {
    type: 'string',
    value: 'host:port',
    multiple: true,
    help:
      'What is scraped every 5 s, from when it is there, as the job that it says it is; localhost:9464 by default, where a service ' +
      'with Sightline has its metrics',
    check: isTarget,
  },
  'scrape-file': {
    type: 'string',
    value: 'file',
    multiple: true,
    completes: 'file',
    help: 'Targets in a file as Prometheus reads it (file_sd), read anew each time',
  },
  rules: {
    type: 'string',
    value: 'path',
    multiple: true,
    completes: 'file',
    help: 'A file or a folder of rules; the alerts of Sightline by default',
  },
  'old-names': {
    type: 'boolean',
    help: 'Load the rules as well that answer old names of metrics, such as http_request_duration_seconds, once nothing else has them',
  },
  alertmanager: {
    type: 'string',
    value: 'file',
    completes: 'file',
    help: 'An alertmanager.yml; that of Sightline by default, which only shows alerts',
  },
  'data-dir': {
    type: 'string',
    value: 'folder',
    completes: 'folder',
    help: 'Keep what comes in on disk, to be there after a restart; in memory alone without it',
  },
  desktop: { type: 'boolean', help: 'Show notifications on the desktop as well' },
} as const;

type Context = CommandContext<typeof options>;

export const dev = defineCommand({
  name: 'dev',
  summary: 'Runs the embedded stack: logs, metrics, traces and alerts in one process, without servers',
  description: [
    'One port takes OTLP, Loki pushes and remote write, and answers as Prometheus, Loki, Tempo and Alertmanager do, until Ctrl-C. It ' +
      'evaluates alert rules and routes notifications as the real ones would, and shows them here. For a laptop, tests and CI; ' +
      'production uses the real servers (sightline up).',
    'A command behind -- is run with the variables that make a service with Sightline send everything to it, and ends it.',
    'It is for this machine alone. Docker Desktop brings what a container sends to host.docker.internal to this machine, and the name ' +
      'has to be allowed; an engine of Linux comes by another address, which takes --host and a token.',
  ],
  argument: { name: 'command', help: 'A program and its arguments, behind --', many: true },
  options,
  examples: [
    'sightline dev',
    'sightline dev -- node --import @sightline/bootstrap/register server.js',
    'sightline dev --scrape localhost:9464 --scrape localhost:9465 --data-dir .sightline/data',
    'sightline dev --allow-host host.docker.internal',
    'SIGHTLINE_LOCAL_TOKEN=$(openssl rand -hex 16) sightline dev --host 0.0.0.0',
  ],
  endsByItself: true,
  async run(context) {
    const { io, values, positionals, note, notePaint: paint } = context;
    // Loaded on demand: no other command needs it, and it takes longer to load than all of them.
    const local = await import('@sightline/local');
    const stack = await onPort(values, local.startLocal(localOptions(context)));
    try {
      note(whereToLook(stack, context));
      for (const line of notDelivered(stack)) note(line);
      const desktop = values.desktop ? openDesktop(context) : undefined;
      stack.onNotification((notification) => tell(notification, context, desktop));
      if (globalThis.gc !== undefined) {
        const wake = saveMemoryWhenQuiet({ taken: () => sumOf(taken(stack)), collect: globalThis.gc });
        subscribe('http.server.request.start', (started) => {
          if (isQuery((started as { readonly request: IncomingMessage }).request)) wake();
        });
      }
      const [program, ...args] = positionals;
      lookForMetrics(stack, context);
      if (program === undefined) {
        if (!io.signal.aborted) await once(io.signal, 'abort');
        return outcome(stack, exitCodes.ok);
      }
      for (const name of leadingElsewhere(io.env, stack.url))
        note(`${paint('yellow', 'note')} ${name} is set, so that ${program} does not send everything here`);
      const ended = await runService(program, args, stack, context);
      return outcome(stack, ended.exitCode, ended.text);
    } finally {
      await stack.close();
      if (values['data-dir'] !== undefined) note(`what came in is kept in ${values['data-dir']}`);
    }
  },
});

/** Rules that make series of names which a package that is still there may have on its page as well. */
const OLD_NAMES = 'compatibility.yml';

function localOptions({ io, values }: Context): Parameters<typeof startLocal>[0] {
  const shipped = join(findStack(io.cwd, resolve(io.cwd, '.sightline'), undefined).path, 'alerts');
  const own = join(shipped, 'prometheus');
  const rules = [
    ...(values.rules.length > 0
      ? values.rules.flatMap((path) => ruleFiles(resolve(io.cwd, path)))
      : ruleFiles(own).filter((path) => basename(path) !== OLD_NAMES)),
    ...(values['old-names'] ? ruleFiles(join(own, OLD_NAMES)) : []),
  ];
  return {
    port: Number(values.port),
    host: values.host,
    ...(values.token !== undefined && { token: values.token }),
    allowedHosts: [...values['allow-host']],
    scrape: { files: values['scrape-file'].map((file) => resolve(io.cwd, file)) },
    rules: [...new Set(rules)],
    logRules: values.rules.length > 0 ? [] : [...ruleFiles(join(shipped, 'loki'))],
    alertmanager:
      values.alertmanager === undefined
        ? join(shipped, 'alertmanager.yml')
        : resolve(io.cwd, values.alertmanager),
    runbooks: join(shipped, 'runbooks'),
    dashboards: join(shipped, '..', 'dashboards'),
    ...(values['data-dir'] !== undefined && { dataDir: resolve(io.cwd, values['data-dir']) }),
  };
}

/** @throws {SightlineError} `SIGHTLINE_CLI_USAGE`, or `SIGHTLINE_CLI_FILE` for a folder that cannot be read */
function ruleFiles(path: string): readonly string[] {
  if (!existsSync(path)) {
    throw usageError({
      problem: `there is nothing at ${path}`,
      expected: 'a file or a folder of rules',
      fix: 'correct --rules',
    });
  }
  if (!statSync(path).isDirectory()) return [path];
  try {
    return readdirSync(path)
      .filter((file) => /\.ya?ml$/.test(file))
      .map((file) => join(path, file));
  } catch (error) {
    throw fileError(path, 'cannot be read', error);
  }
}

function whereToLook({ url, port }: LocalStack, { notePaint: paint, values }: Context): string {
  const header =
    values.token === undefined
      ? ''
      : ` OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20$${tokenVariable}"`;
  return [
    `${paint('green', 'The embedded stack runs')} at ${paint('bold', url)}`,
    '',
    `  in a browser  ${url}`,
    ...values['allow-host'].map((name) => `  also at       http://${name}:${port}`),
    `  send to it    OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_LOGS_EXPORTER=otlp${header}`,
    `  Prometheus    ${url}/api/v1/query?query=up`,
    `  Loki          ${url}/loki/api/v1/labels`,
    `  Tempo         ${url}/api/search`,
    `  Alertmanager  ${url}/api/v2/alerts`,
    `  in Grafana    the four as data sources, each with the URL ${url}`,
    '',
  ].join('\n');
}

/** What the alertmanager.yml wants and this does not do: nobody may think that they would be called. */
function notDelivered(stack: LocalStack): readonly string[] {
  return stack
    .receivers()
    .filter(({ shownOnly }) => shownOnly.length > 0)
    .map(({ name, shownOnly }) => {
      const kinds = shownOnly.map((kind) => kind.replace(/_configs$/, '')).join(', ');
      return `receiver ${printable(name)}: ${printable(kinds)} is shown here only, not delivered`;
    });
}

function openDesktop({ io, note }: Context): Desktop {
  return createDesktop({ platform: process.platform, env: io.env, onProblem: note });
}

const signs = { firing: 'red', resolved: 'green' } as const;

function tell(
  { status, alerts }: Notification,
  { note, notePaint: paint }: Context,
  desktop?: Desktop,
): void {
  for (const { labels, annotations } of alerts) {
    // The watchdog and its like are for machines.
    if (labels['severity'] === 'none') continue;
    const text = printable(annotations['summary'] ?? labels['alertname'] ?? '');
    note(`${paint(signs[status], status)} ${printable(labels['alertname'] ?? '')}: ${text}`);
    desktop?.show({
      title: `${labels['alertname'] ?? 'an alert'} ${status}`,
      text,
      isUrgent: status === 'firing' && labels['severity'] === 'critical',
    });
  }
}

type Environment = Context['io']['env'];

/** Variables of the user's own that keep a program from sending everything to the stack. Their values may be secret. */
function leadingElsewhere(env: Environment, url: string): readonly string[] {
  const endpoints = ['', '_TRACES', '_LOGS'].map((signal) => `OTEL_EXPORTER_OTLP${signal}_ENDPOINT`);
  const exporters = ['OTEL_TRACES_EXPORTER', 'OTEL_LOGS_EXPORTER'];
  return [
    ...endpoints.filter((name) => leadsAway(env[name], url)),
    ...exporters.filter((name) => env[name] && !/\botlp\b/.test(env[name])),
    ...(env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ? ['OTEL_SDK_DISABLED'] : []),
  ];
}

function leadsAway(endpoint: string | undefined, url: string): boolean {
  return endpoint !== undefined && endpoint !== '' && !isSamePlace(endpoint, url);
}

/** What has a program bring the token; nothing where a part of what it sends goes to somebody else, who would get the token. */
function headersFor(env: Environment, token: string | undefined, url: string): Record<string, string> {
  const endpoints = ['', '_TRACES', '_LOGS', '_METRICS'].map(
    (signal) => `OTEL_EXPORTER_OTLP${signal}_ENDPOINT`,
  );
  if (token === undefined || endpoints.some((name) => leadsAway(env[name], url))) return {};
  const own = env['OTEL_EXPORTER_OTLP_HEADERS'];
  return { OTEL_EXPORTER_OTLP_HEADERS: [...(own ? [own] : []), otlpHeader(token)].join(',') };
}

const ADMIN_PORT = 'OTEL_EXPORTER_PROMETHEUS_PORT';

/** Scrapes what the user has named, else what has its page of metrics where a program that gets this environment will have it. */
function lookForMetrics(
  stack: LocalStack,
  { io, values, positionals, note, notePaint: paint }: Context,
): void {
  const token = io.env['SIGHTLINE_ADMIN_TOKEN'] || undefined;
  for (const target of values.scrape) scrapeWhenThere(stack, io, note, { target, isNamed: true, token });
  if (values.scrape.length > 0 || values['scrape-file'].length > 0) return;
  const [program] = positionals;
  if (program !== undefined && Number(io.env[ADMIN_PORT] || Number.NaN) === 0) {
    note(
      `${paint('yellow', 'note')} ${ADMIN_PORT} is 0, so that nobody knows where ${program} has its metrics: set a port of its own, such as ${ports.admin.port + 1}`,
    );
    return;
  }
  scrapeWhenThere(stack, io, note, {
    target: `localhost:${portOf(io.env, ADMIN_PORT, ports.admin.port)}`,
    token,
  });
}

/**
 * Whether a program gets a group of processes of its own, which is ended as a whole: npm and its like end by a signal without a word to
 * what they have started. Of a terminal the group is that of the terminal, which sends its Ctrl-C to all of it.
 */
function hasOwnGroup({ isTerminal }: Context['io']): boolean {
  const isOnTerminal = isTerminal.stdout || isTerminal.stderr || isTerminal.stdin === true;
  return process.platform !== 'win32' && !isOnTerminal;
}

/** Runs the user's program until it ends, or is to end. @returns what the command ends with, and what it says of that */
async function runService(
  program: string,
  args: readonly string[],
  { url }: LocalStack,
  { io, values }: Context,
): Promise<{ readonly exitCode: ExitCode; readonly text: string }> {
  const isGroup = hasOwnGroup(io);
  // On Windows npm and its like have no file of just that name.
  const path = process.platform === 'win32' ? await findProgram(io, program) : undefined;
  const { file, args: words, shell } = startOf(path ?? program, args);
  const child = spawn(file, words, {
    cwd: io.cwd,
    stdio: 'inherit',
    shell,
    detached: isGroup,
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_LOGS_EXPORTER: 'otlp',
      ...withoutAllocator(io.env),
      ...headersFor(io.env, values.token, url),
    },
  });
  const onEnd = (): void => {
    if (isGroup) signalGroup(child.pid, 'SIGTERM');
    else if (!isEndedOnTerminal(io)) child.kill('SIGTERM');
  };
  io.signal.addEventListener('abort', onEnd, { once: true });
  // The user may have been quicker than the start of the stack.
  if (io.signal.aborted) onEnd();
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (isGroup && io.signal.aborted) await groupEnd(child.pid);
    if (code === 0 || io.signal.aborted) return { exitCode: exitCodes.ok, text: '' };
    return {
      exitCode: exitCodes.finding,
      text: `${program} ended with ${code === null ? signal : `exit code ${code}`}.`,
    };
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw usageError({
      problem: `${program} cannot be run: ${isMissing ? 'it is not there' : (error as Error).message}`,
      expected: 'a program on the PATH behind --',
      fix: 'correct its name',
    });
  } finally {
    io.signal.removeEventListener('abort', onEnd);
  }
}

function outcome(stack: LocalStack, exitCode: ExitCode, before = ''): Outcome {
  const all = taken(stack);
  const took = `It took ${all.spans} spans, ${all.logLines} log lines and ${all.samples} samples.`;
  return {
    exitCode,
    result: { url: stack.url, taken: all, kept: stack.self().kept },
    text: before === '' ? took : `${before} ${took}`,
  };
}

/** Whether a request to the stack asks for what it keeps; what hands something over and pages of the app do not. */
function isQuery({ method, url = '' }: IncomingMessage): boolean {
  return /^\/(?:api|loki)\//.test(url) && !(method === 'POST' && /\/(?:push|write)\b/.test(url));
}

interface Taken {
  readonly spans: number;
  readonly logLines: number;
  readonly samples: number;
}

function taken(stack: LocalStack): Taken {
  const { spans, logLines, samples } = stack.self().received;
  return {
    spans: spans.stored,
    logLines: logLines.stored,
    samples: Object.values(samples).reduce((sum, { stored }) => sum + stored, 0),
  };
}

function sumOf({ spans, logLines, samples }: Taken): number {
  return spans + logLines + samples;
}
