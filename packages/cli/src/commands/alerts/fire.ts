import { ports } from '@sightline/conventions';
import { type AlertRule, alertsIn, findAlert } from '../../alerts/find-alert.ts';
import { renderTemplate } from '../../alerts/render-template.ts';
import { defineCommand } from '../../command.ts';
import { exitCodes } from '../../exit-code.ts';
import { inputFiles, readFound } from '../../files.ts';
import { type AlertFate, type PostedAlert, createAlertmanagerClient } from '../../http/alertmanager.ts';
import { endpoint, tokenFrom } from '../../http/endpoint.ts';
import { printable } from '../../printable.ts';
import { durationMs, isDuration, isHttpUrl, isLabel, isNumber } from '../../option-checks.ts';

/** In front of the summary, so that nobody who is called gets up for it. */
const TEST = '[test] ';

export const alertsFire = defineCommand({
  name: 'alerts fire',
  summary: 'Sends one alert through the real routes of Alertmanager, to see who is told and what they read',
  description: [
    'The alert has the labels and the texts of its rule, with [test] before the summary, and ends by itself. Where it goes is asked of ' +
      'Alertmanager and told; when nobody will be notified (no receiver, a silence, an inhibition), the exit code is 1.',
    'Alertmanager gathers alerts before it tells of them, for as long as group_wait of the route says.',
  ],
  argument: { name: 'alert', help: 'The name of the alert, such as ErrorRatioHigh', required: true },
  options: {
    alertmanager: {
      type: 'string',
      value: 'url',
      default: `http://localhost:${ports.alertmanager.port}`,
      help: 'Alertmanager',
      check: isHttpUrl,
    },
    'token-file': {
      type: 'string',
      value: 'file',
      help: 'A file with a bearer token for it',
      completes: 'file',
    },
    rules: {
      type: 'string',
      value: 'file',
      multiple: true,
      help: 'Files or folders of rules to take the alert from; by default those that this version generates',
      completes: 'file',
    },
    service: {
      type: 'string',
      value: 'name',
      default: 'sightline-test',
      help: 'The service that the alert is about',
    },
    label: {
      type: 'string',
      value: 'name=value',
      multiple: true,
      help: 'A label that the result of the query has',
      check: isLabel,
    },
    value: { type: 'string', value: 'number', default: '1', help: 'The value in the texts', check: isNumber },
    'end-after': {
      type: 'string',
      value: 'duration',
      default: '5m',
      help: 'When it ends by itself',
      check: isDuration,
    },
    resolve: { type: 'boolean', help: 'End it now; with the same name and labels as when it was fired' },
    'dry-run': { type: 'boolean', help: 'Show the alert and send nothing' },
  },
  examples: [
    'sightline alerts fire ErrorRatioHigh --service checkout',
    'sightline alerts fire ErrorRatioHigh --service checkout --resolve',
    'sightline alerts fire LatencyHigh --label team=web --label deployment_environment_name=live --dry-run',
  ],
  async run({ io, values, positionals: [name = ''], paint, progress }) {
    const files = values.rules.length === 0 ? undefined : await inputFiles(io.cwd, values.rules);
    const texts =
      files &&
      (await Promise.all(files.map(async (file) => ({ name: file.name, text: await readFound(file) }))));
    const given = Object.fromEntries(
      values.label.map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]),
    );
    const alert = await postedAlert(findAlert(alertsIn(texts), name, given), {
      service: values.service,
      given,
      value: Number(values.value),
      nowMs: io.now(),
      endAfterMs: values.resolve ? 0 : durationMs(values['end-after']),
    });
    if (values['dry-run']) {
      return {
        exitCode: exitCodes.ok,
        result: { alert, sent: false },
        text: JSON.stringify(alert, undefined, 2),
      };
    }
    const token =
      values['token-file'] === undefined ? undefined : await tokenFrom(io.cwd, values['token-file']);
    const to = endpoint(values.alertmanager, token);
    const client = createAlertmanagerClient(to, io);
    progress(`sending to ${to.url}`);
    await client.post(alert);
    const title = `${name} for ${values.service}`;
    if (values.resolve) {
      const text = `${paint('green', 'ended')} ${title}; whoever was told of it is told of the end.`;
      return { exitCode: exitCodes.ok, result: { alert, sent: true, fate: null }, text };
    }
    progress('asking where it goes');
    const fate = await client.fateOf(alert.labels);
    const why = whyNobody(fate);
    const told =
      fate?.receivers.map(
        (receiver) => `${receiver.name} (${receiver.integrations.join(', ') || 'nobody'})`,
      ) ?? [];
    const lines = [
      `${paint('green', 'fired')} ${title}, until ${alert.endsAt}`,
      ...(told.length > 0 ? [`goes to ${printable(told.join(', '))}`] : []),
      ...(why === undefined ? [] : [paint('yellow', `nobody will be told: ${why}`)]),
    ];
    return {
      exitCode: why === undefined ? exitCodes.ok : exitCodes.finding,
      result: { alert, sent: true, fate: fate ?? null },
      text: lines.join('\n'),
    };
  },
});

function whyNobody(fate: AlertFate | undefined): string | undefined {
  if (fate === undefined) return 'Alertmanager took the alert and does not list it';
  if (fate.silencedBy.length > 0) return `it is silenced by ${fate.silencedBy.join(', ')}`;
  if (fate.inhibitedBy.length > 0) return 'another alert that is firing holds it back';
  return fate.receivers.some(({ integrations }) => integrations.length > 0)
    ? undefined
    : 'its routes lead to no receiver that notifies';
}

interface Firing {
  readonly service: string;
  readonly given: Readonly<Record<string, string>>;
  readonly value: number;
  readonly nowMs: number;
  readonly endAfterMs: number;
}

/** The alert as Prometheus would send it for a result with these labels. */
async function postedAlert(
  rule: AlertRule,
  { service, given, value, nowMs, endAfterMs }: Firing,
): Promise<PostedAlert> {
  // Loki has the service under another name than Prometheus does; a rule asks for one of both.
  const both = { job: service, service_name: service, ...given };
  const texts = async (of: Readonly<Record<string, string>> = {}): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(
        Object.entries(of).map(
          async ([key, text]) => [key, await renderTemplate(text, { labels: both, value })] as const,
        ),
      ),
    );
  const job = JSON.stringify(rule.labels ?? {}).includes('$labels.service_name')
    ? { service_name: service }
    : { job: service };
  const annotations = await texts(rule.annotations);
  return {
    labels: withoutEmpty({ ...job, service, ...given, ...(await texts(rule.labels)), alertname: rule.alert }),
    annotations: { ...annotations, summary: `${TEST}${annotations['summary'] ?? rule.alert}` },
    startsAt: new Date(nowMs - (endAfterMs === 0 ? 1 : 0)).toISOString(),
    endsAt: new Date(nowMs + endAfterMs).toISOString(),
  };
}

/** A label with nothing in it is none, to Prometheus as to Alertmanager. */
function withoutEmpty(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''));
}
