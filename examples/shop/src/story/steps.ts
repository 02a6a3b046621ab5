import type { Incident } from '../incidents.ts';
import type { ReadApi } from './read-api.ts';

/** Something that has to be seen through the read APIs. */
export interface Step {
  /** What is waited for, as the story tells it. */
  readonly title: string;
  /** Ordered before it is looked for. */
  readonly incident?: Incident;
  /** Longest wait [s]. */
  readonly withinSeconds: number;
  /** What was seen, with a place to look; undefined while it is not there. */
  look(api: ReadApi): Promise<string | undefined>;
}

const REQUESTS = 'http_server_request_duration_seconds_count{job="storefront"}';
const FAILED =
  'http_server_request_duration_seconds_count{job="storefront",http_response_status_code=~"5.."}';
const THROUGH_THE_SHOP =
  '{ resource.service.name = "storefront" && kind = server } >> { resource.service.name = "payments" && kind = server }';
const BREAKER = 'circuit_breaker_state{job="orders",name="payments"';
const ALERT = 'BreakerOpen';

/** Payments fail, the breaker opens, an alert fires, somebody is told, and all is well again. */
export const steps: readonly Step[] = [
  {
    title: 'three services are scraped',
    withinSeconds: 20,
    look: async (api) =>
      (await api.promql('sum(up)')) === 3 ? `up is 1 three times: ${api.url}/` : undefined,
  },
  {
    title: 'requests are counted',
    withinSeconds: 20,
    async look(api) {
      const perSecond = await api.promql(`sum(rate(${REQUESTS}[15s]))`);
      return perSecond !== undefined && perSecond > 0
        ? `${perSecond.toFixed(0)} a second at the storefront`
        : undefined;
    },
  },
  {
    title: 'one trace goes through all three services, and its log lines have its id',
    withinSeconds: 20,
    async look(api) {
      for (const id of await api.traces(THROUGH_THE_SHOP)) {
        // oxlint-disable-next-line no-await-in-loop -- the first that has lines is enough
        const lines = await api.lines(`{service_name=~".+"} | trace_id = "${id.padStart(32, '0')}"`);
        if (lines.length > 0) return `${lines.length} lines, and the trace at ${api.url}/trace/${id}`;
      }
      return undefined;
    },
  },
  {
    title: 'payments fail: orders are answered with errors',
    incident: { kind: 'failing', failedRatio: 1 },
    withinSeconds: 20,
    async look(api) {
      const ratio = await api.promql(`sum(rate(${FAILED}[15s])) / sum(rate(${REQUESTS}[15s]))`);
      return ratio !== undefined && ratio > 0
        ? `${(ratio * 100).toFixed(0)} % of all requests fail`
        : undefined;
    },
  },
  {
    title: 'the breaker before payments opens',
    withinSeconds: 20,
    look: async (api) =>
      (await api.promql(`max(${BREAKER},state="open"})`)) === 1
        ? 'circuit_breaker_state says open'
        : undefined,
  },
  {
    title: 'an alert fires',
    withinSeconds: 30,
    async look(api) {
      const alert = (await api.alerts()).find(({ name }) => name === ALERT);
      return alert && `${alert.name}: ${alert.summary}, ${api.url}/alerts`;
    },
  },
  {
    title: 'somebody is told',
    withinSeconds: 30,
    async look(api) {
      const told = (await api.notifications()).find(
        ({ status, names }) => status === 'firing' && names.includes(ALERT),
      );
      return (
        told &&
        `${told.names.length === 1 ? 'one alert' : `${told.names.length} alerts`} in one notification: ${api.url}/alerts?tab=told`
      );
    },
  },
  {
    title: 'its trace shows the cause',
    withinSeconds: 20,
    async look(api) {
      const [id] = await api.traces('{ resource.service.name = "payments" && status = error }');
      return id && `a span of payments with an error: ${api.url}/trace/${id}`;
    },
  },
  {
    title: 'payments are mended: the breaker closes',
    incident: { kind: 'none' },
    withinSeconds: 30,
    look: async (api) =>
      (await api.promql(`max(${BREAKER},state="closed"})`)) === 1
        ? 'circuit_breaker_state says closed'
        : undefined,
  },
  {
    title: 'orders are taken again',
    withinSeconds: 40,
    async look(api) {
      const failed = await api.promql(`sum(rate(${FAILED}[10s])) or vector(0)`);
      const all = await api.promql(`sum(rate(${REQUESTS}[10s]))`);
      return failed === 0 && all !== undefined && all > 0
        ? `no request has failed for 10 s, of ${all.toFixed(0)} a second`
        : undefined;
    },
  },
];
