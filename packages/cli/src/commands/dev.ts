import { spawn } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join, resolve } from 'node:path';
import { ports } from '@sightline/conventions';
import type { LocalStack, Notification, startLocal } from '@sightline/local';
import { type CommandContext, type Outcome, defineCommand } from '../command.ts';
import { type Desktop, createDesktop } from '../desktop.ts';
import { type ExitCode, exitCodes } from '../exit-code.ts';
import { fileError } from '../files.ts';
import { isPort } from '../option-checks.ts';
import { printable } from '../printable.ts';
import { onPort } from '../stack/port-option.ts';
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
  scrape: {
    type: 'string',
    value: 'host:port',
    multiple: true,
    help: 'What is scraped every 5 s; localhost:9464 by default, where a service with Sightline has its metrics',
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
  ],
  argument: { name: 'command', help: 'A program and its arguments, behind --', many: true },
  options,
  examples: [
    'sightline dev',
    'sightline dev -- node --import @sightline/bootstrap/register server.js',
    'sightline dev --scrape localhost:3001 --data-dir .sightline/data',
  ],
  endsByItself: true,
  async run(context) {
    const { io, values, positionals, note, notePaint: paint } = context;
    // Loaded on demand: no other command needs it, and it takes longer to load than all of them.
    const local = await import('@sightline/local');
    const stack = await onPort(values.port, local.startLocal(localOptions(context)));
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
      if (values.scrape.length === 0 && values['scrape-file'].length === 0)
        scrapeWhenThere(stack, io, note, { target: `localhost:${adminPort(io.env)}` });
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

function localOptions({ io, values }: Context): Parameters<typeof startLocal>[0] {
  const shipped = join(findStack(io.cwd, resolve(io.cwd, '.sightline'), undefined).path, 'alerts');
  const rules = values.rules.length > 0 ? values.rules : [join(shipped, 'prometheus')];
  return {
    port: Number(values.port),
    scrape: {
      jobs: values.scrape.length === 0 ? [] : [{ job: 'app', targets: [...values.scrape] }],
      files: values['scrape-file'].map((file) => resolve(io.cwd, file)),
    },
    rules: rules.flatMap((path) => ruleFiles(resolve(io.cwd, path))),
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

function whereToLook({ url }: LocalStack, { notePaint: paint }: Context): string {
  return [
    `${paint('green', 'The embedded stack runs')} at ${paint('bold', url)}`,
    '',
    `  in a browser  ${url}`,
    `  send to it    OTEL_EXPORTER_OTLP_ENDPOINT=${url} OTEL_LOGS_EXPORTER=otlp`,
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
    ...endpoints.filter((name) => env[name] && !env[name].startsWith(url)),
    ...exporters.filter((name) => env[name] && !/\botlp\b/.test(env[name])),
    ...(env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true' ? ['OTEL_SDK_DISABLED'] : []),
  ];
}

/** Where a program that gets this environment will have its page of metrics. */
function adminPort(env: Environment): number {
  return portOf(env, 'OTEL_EXPORTER_PROMETHEUS_PORT', ports.admin.port);
}

/** Runs the user's program until it ends, or is to end. @returns what the command ends with, and what it says of that */
async function runService(
  program: string,
  args: readonly string[],
  { url }: LocalStack,
  { io }: Context,
): Promise<{ readonly exitCode: ExitCode; readonly text: string }> {
  const child = spawn(program, args, {
    cwd: io.cwd,
    stdio: 'inherit',
    env: {
      OTEL_EXPORTER_OTLP_ENDPOINT: url,
      OTEL_LOGS_EXPORTER: 'otlp',
      ...withoutAllocator(io.env),
    },
  });
  const onEnd = (): void => {
    const { endedBy } = Object(io.signal.reason) as { readonly endedBy?: unknown };
    // Ctrl-C on a terminal goes to every process there. A second signal would end the drain of the program.
    if (endedBy === 'SIGINT' && io.isTerminal.stderr) return;
    child.kill('SIGTERM');
  };
  io.signal.addEventListener('abort', onEnd, { once: true });
  // The user may have been quicker than the start of the stack.
  if (io.signal.aborted) onEnd();
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
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
