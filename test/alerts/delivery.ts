import { join } from 'node:path';
import { type AlertmanagerOptions, alertRules, alertmanagerConfig } from '@sightline/alerts';
import { type Alertmanager, startAlertmanager } from '../servers/alertmanager.ts';
import type { Delivery, FakeReceivers } from './fake-receivers.ts';
import { filledIn } from './filled-in.ts';
import { alertsFolder } from './rule-files.ts';

/** How often it is looked whether all have been told [ms]. */
const LOOK_EVERY_MS = 50;

/** An Alertmanager whose receivers are the fake services, the rest as `alertmanagerConfig` makes it. */
export async function startDelivering(
  path: string,
  { url, smarthost }: FakeReceivers,
  knowsTeams: boolean,
): Promise<Alertmanager> {
  const receivers: AlertmanagerOptions['receivers'] = {
    slack: { url: { value: `${url}/slack` }, channel: '#alerts' },
    pagerduty: { routingKey: { value: 'r'.repeat(32) } },
    opsgenie: { apiKey: { value: 'key' }, apiUrl: `${url}/opsgenie/` },
    email: { to: 'team@shop.test', from: 'alerts@shop.test', smarthost },
    ...(knowsTeams ? { teams: { url: { value: `${url}/teams` } } } : {}),
    discord: { url: { value: `${url}/discord` } },
    telegram: { botToken: { value: '1:token' }, chatId: -42 },
    webhook: { url: { value: `${url}/webhook` } },
  };
  const config = alertmanagerConfig({ receivers, groupWaitSeconds: 1, groupIntervalSeconds: 1 });
  return startAlertmanager({
    path,
    templates: join(alertsFolder, 'templates'),
    config: {
      ...config,
      // What has no option, because there is one such service in the world.
      global: { smtp_require_tls: false, smtp_hello: 'alerts.test', resolve_timeout: '1h' },
      receivers: config.receivers.map((receiver) => elsewhere(receiver, url)),
    },
  });
}

/** A receiver whose PagerDuty and Telegram are at another address. */
function elsewhere(receiver: Readonly<Record<string, unknown>>, url: string): object {
  const places: Readonly<Record<string, object>> = {
    pagerduty_configs: { url: `${url}/pagerduty/v2/enqueue` },
    telegram_configs: { api_url: `${url}/telegram` },
  };
  return Object.fromEntries(
    Object.entries(receiver).map(([key, value]) => [
      key,
      places[key] === undefined
        ? value
        : (value as object[]).map((each) => Object.assign({}, each, places[key])),
    ]),
  );
}

const routes = ['/checkout', '/cart/:id', '/search?a<b'] as const;

/** Alerts of one group: a route of one service each. The texts are those of the rule, with values as Prometheus puts them in. */
export async function routeAlerts(options: {
  readonly name: 'RouteErrorRatioHigh' | 'RouteLatencyHigh';
  readonly count: number;
  readonly startsAt: Date;
  readonly endsAt?: Date;
}): Promise<readonly object[]> {
  const { name, count, startsAt, endsAt } = options;
  const { availability, latency } = alertRules({
    runbookBaseUrl: 'https://wiki.shop.test/runbooks',
    grafanaUrl: 'https://grafana.shop.test',
  });
  const rule = [...availability.rules, ...latency.rules].find(
    (each) => 'alert' in each && each.alert === name,
  );
  if (rule === undefined || !('alert' in rule)) throw new Error('the alert is not there');
  const alertOf = async (index: number): Promise<object> => {
    const labels: Record<string, string> = {
      alertname: name,
      severity: 'critical',
      job: 'shop',
      service: 'shop',
      deployment_environment_name: 'production',
      team: 'web',
      http_route: routes[index] ?? `/catalogue/:category/items/:item/${index}`,
    };
    const value = name === 'RouteLatencyHigh' ? index + 3 : ([0.346, 0.212][index] ?? 0.129);
    const annotations = Object.fromEntries(
      await Promise.all(
        Object.entries(rule.annotations).map(
          async ([key, text]) => [key, await filledIn(text, { labels, value })] as const,
        ),
      ),
    );
    const alert = { labels, annotations, startsAt: startsAt.toISOString() };
    return endsAt === undefined ? alert : Object.assign(alert, { endsAt: endsAt.toISOString() });
  };
  return Promise.all(Array.from({ length: count }, (_none, index) => alertOf(index)));
}

/** Hands alerts over as Prometheus does. */
export async function post({ url }: Alertmanager, alerts: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(alerts),
  });
  if (!response.ok) throw new Error(`Alertmanager takes no alerts: ${await response.text()}`);
}

/** Resolves when so many notifications have come, or throws with what services refused. */
export async function untilTold(
  receivers: FakeReceivers,
  status: Delivery['status'],
  count: number,
  timeoutMs: number,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  const told = (): readonly string[] =>
    receivers.deliveries.filter((each) => each.status === status).map(({ service }) => service);
  while (told().length < count) {
    if (performance.now() > deadlineMs) {
      throw new Error(`told ${status}: ${told().join(', ')}; refused: ${receivers.refused.join('; ')}`);
    }
    // oxlint-disable-next-line no-await-in-loop -- one look after the other
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
