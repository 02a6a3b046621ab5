import { ports } from '@sightline/conventions';
import { defineCommand } from '../command.ts';
import { type Facts, servers } from '../doctor/facts.ts';
import { type GatherOptions, gatherFacts } from '../doctor/gather.ts';
import { createProbe } from '../doctor/probe.ts';
import { judge } from '../doctor/judge.ts';
import { reportText } from '../doctor/report-text.ts';
import { rules } from '../doctor/rule-table.ts';
import { exitCodes } from '../exit-code.ts';
import { textWidth } from '../help/wrap.ts';
import { endpoint, tokenFrom } from '../http/endpoint.ts';
import { durationMs, isDuration, isHttpUrl, isOpenUrl } from '../option-checks.ts';
import { chosenServers } from '../stack/chosen-servers.ts';
import { serverOptions, tenantHeaders } from '../stack/server-options.ts';
import { environmentOf } from '../stack/stack-environment.ts';
import { usageError } from '../usage-error.ts';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Finds out why there is no data: from the service, over the network, to every server',
  description: [
    'Asks the service and the servers what they know, sends one request, one trace and one line through all of it, and looks for them at ' +
      'each place, behind the data sources of Grafana too. Everything that is in the way is told with what was seen and how to mend it.',
    'A fault ends in exit code 1; a note does not. Where the service runs on this machine, its process tells where it listens; else ' +
      'name its URL. Where no server answers, and sightline dev does, that is looked at in their place. Nothing is changed; --read-only ' +
      'sends nothing at all.',
  ],
  argument: {
    name: 'url',
    help: 'A URL of the service that may be asked with GET; by default a path that nobody has a route for',
  },
  options: {
    admin: {
      type: 'string',
      value: 'url',
      help: `The admin server of the service; http://localhost:${ports.admin.port} by default`,
      check: isHttpUrl,
    },
    'admin-token-file': {
      type: 'string',
      value: 'file',
      help: 'A file with its token; SIGHTLINE_ADMIN_TOKEN is the token itself',
      completes: 'file',
    },
    otlp: {
      type: 'string',
      value: 'url',
      help: 'Where traces are sent to, with the path; by default where the service sends them',
      check: isOpenUrl,
    },
    ...serverOptions,
    without: {
      type: 'string',
      value: 'server',
      multiple: true,
      choices: ['app', ...servers],
      help: 'What is not there or cannot be asked from here; app is the service itself',
    },
    wait: {
      type: 'string',
      value: 'duration',
      default: '20s',
      help: 'How long what is sent may take to show up',
      check: isDuration,
    },
    timeout: {
      type: 'string',
      value: 'duration',
      default: '3s',
      help: 'Longest wait for one answer',
      check: isDuration,
    },
    'read-only': { type: 'boolean', help: 'Ask only: send no request, no trace and no line' },
  },
  examples: [
    'sightline doctor',
    'sightline doctor http://localhost:3000/products',
    'sightline doctor --admin http://10.1.2.3:9464 --prometheus https://prometheus.example.com --without tempo',
    'sightline doctor --json | jq -r ".result.findings[].code"',
  ],
  async run({ io, values, positionals: [url], paint, note, progress }) {
    const expected = url === undefined ? undefined : isOpenUrl(url);
    if (expected !== undefined) {
      throw usageError({
        problem: 'the URL of the service cannot be asked',
        expected,
        fix: 'correct it, or leave it out',
      });
    }
    const adminToken =
      values['admin-token-file'] === undefined
        ? io.env['SIGHTLINE_ADMIN_TOKEN'] || undefined
        : await tokenFrom(io.cwd, values['admin-token-file']);
    const grafanaFile = values['grafana-token-file'];
    const grafanaToken =
      io.env['GRAFANA_TOKEN'] && grafanaFile === io.env['GRAFANA_TOKEN_FILE']
        ? io.env['GRAFANA_TOKEN']
        : grafanaFile && (await tokenFrom(io.cwd, grafanaFile));
    const timeoutMs = durationMs(values.timeout);
    progress('looking for the servers');
    const probe = createProbe(io, timeoutMs);
    const env = environmentOf(io);
    const { at, embeddedUrl } = await chosenServers(probe, env, values, grafanaToken || undefined);
    if (embeddedUrl !== undefined) note(`the embedded stack at ${embeddedUrl} stands for the servers`);
    const admin = values.admin === undefined ? undefined : endpoint(values.admin);
    const options: GatherOptions = {
      app: {
        adminUrl: admin?.url,
        serviceUrl: url,
        isAsked: !values.without.includes('app'),
        headers:
          adminToken === undefined ? (admin?.headers ?? {}) : { authorization: `Bearer ${adminToken}` },
        folder: io.cwd,
      },
      servers: at,
      grafanaHasToken: at.grafana?.headers['authorization'] !== undefined,
      otlpUrl: values.otlp,
      otlpHeaders: tenantHeaders(values.tenant),
      timeoutMs,
      waitMs: durationMs(values.wait),
      plants: !values['read-only'],
      isEmbedded: embeddedUrl !== undefined,
    };
    const facts = await gatherFacts({ ...io, env }, options, progress);
    const findings = judge(facts, rules);
    const isHealthy = findings.every(({ severity }) => severity !== 'fault');
    return {
      exitCode: isHealthy ? exitCodes.ok : exitCodes.finding,
      result: { healthy: isHealthy, findings, ...factsJson(facts) },
      text: reportText(facts, findings, paint, textWidth(io)),
    };
  },
});

function factsJson({ app, otlpUrl, isOtlpUnknown, planted, steps, ...facts }: Facts): object {
  return {
    app: {
      url: app.url,
      serviceUrl: app.serviceUrl ?? null,
      name: app.name ?? null,
      tracesTo: isOtlpUnknown ? null : otlpUrl,
    },
    servers: Object.fromEntries(
      servers.flatMap((server) => {
        const at = facts[server];
        return at === undefined ? [] : [[server, { url: at.url, version: at.version ?? null }]];
      }),
    ),
    traceId: planted?.traceId ?? null,
    steps,
  };
}
