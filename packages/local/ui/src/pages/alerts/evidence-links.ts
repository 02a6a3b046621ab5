import type { Labels } from '../../api/prometheus.ts';
import { quoted } from '../../parts/quote.ts';
import { evidenceOf, serviceNamed } from '../../parts/service-name.ts';
import { webAddress } from '../../parts/web-address.ts';
import { href, param } from '../../state/location.ts';
import { writeSorting } from '../traces/sort-traces.ts';

export interface EvidenceLink {
  readonly name: string;
  readonly to: string;
  /** Outside this app. */
  readonly external: boolean;
}

/** File names of runbooks: nothing else becomes a part of an address. */
const RUNBOOK = /(?:^|\/)([a-z0-9][a-z0-9-]*)\.md$/;

const MINUTE_MS = 60_000;
/** What the time range can be, as the bar on top offers it, and how old an alert may be to begin well within it [ms]. */
const RANGES: readonly (readonly [from: string | undefined, untilMs: number])[] = [
  // The default, 15 minutes.
  [undefined, 10 * MINUTE_MS],
  ['now-1h', 50 * MINUTE_MS],
  ['now-3h', 150 * MINUTE_MS],
  ['now-6h', 330 * MINUTE_MS],
  ['now-24h', 1380 * MINUTE_MS],
  ['now-7d', Infinity],
];

/** More evidence than failures, by what an alert is about. */
const KINDS: readonly {
  readonly about: RegExp;
  readonly name: string;
  readonly path: '/traces' | '/logs';
  readonly sort?: string;
  query(service: string): string;
}[] = [
  {
    about: /^RateLimit/,
    name: 'Refused requests',
    path: '/traces',
    query: (service) =>
      `{ resource.service.name = ${quoted(service)} && span.http.response.status_code = 429 }`,
  },
  {
    about: /^EventLoop|^Gc|Latency|Slow/,
    name: 'Slow traces',
    path: '/traces',
    sort: writeSorting({ key: 'duration', isDescending: true }),
    query: (service) => `{ resource.service.name = ${quoted(service)} && duration >= 500ms }`,
  },
  {
    about: /Absent|^Scrape|^Restarting|^CrashLooping|^NotReady/,
    name: 'Last lines',
    path: '/logs',
    query: (service) => evidenceOf(service).logs,
  },
];

/**
 * Where an alert's annotations lead. Addresses of Grafana's dashboards become those of this app, whatever host they
 * name: the same dashboards are here.
 *
 * What is neither http(s) nor one of ours leads nowhere: an annotation may hold anything.
 *
 * @param ageMs how long ago it began: unless somebody chose other minutes, links lead to those since before that
 */
export function evidenceLinks(annotations: Labels, labels: Labels, ageMs = 0): readonly EvidenceLink[] {
  const job = labels['service'] ?? labels['service_name'] ?? labels['job'];
  const links: EvidenceLink[] = [];
  const from = param('from', RANGES.find(([, untilMs]) => ageMs < untilMs)?.[0]);
  const runbook = annotations['runbook_url'] ?? '';
  const name = RUNBOOK.exec(runbook)?.[1];
  if (name !== undefined) {
    links.push({
      name: 'Runbook',
      to: href(`/runbook/${name}`, { service: job, name: labels['name'] }),
      external: false,
    });
  } else if (webAddress(runbook) !== undefined) links.push({ name: 'Runbook', to: runbook, external: true });

  const dashboard = annotations['dashboard_url'] ?? '';
  const own = dashboardPath(dashboard, from);
  if (own !== undefined) links.push({ name: 'Dashboard', to: own, external: false });
  else if (webAddress(dashboard) !== undefined)
    links.push({ name: 'Dashboard', to: dashboard, external: true });

  if (job !== undefined) {
    const service = serviceNamed(job);
    const { failedTraces, errorLogs } = evidenceOf(service);
    // The budget of what may be slow is spent by slow requests, whatever its alert is called.
    const subject = `${labels['alertname'] ?? ''}${labels['slo'] === 'latency' ? ' Latency' : ''}`;
    const within = (path: string, query?: string, sort?: string): string =>
      href(path, { query, sort, ...(from !== '' && { from }) });
    links.push(
      { name: 'Service', to: within(`/service/${encodeURIComponent(service)}`), external: false },
      ...KINDS.filter(({ about }) => about.test(subject)).map(({ name: kind, path, query, sort }) => ({
        name: kind,
        to: within(path, query(service), sort),
        external: false,
      })),
      { name: 'Failed traces', to: within('/traces', failedTraces), external: false },
      { name: 'Error lines', to: within('/logs', errorLogs), external: false },
    );
  }
  return links;
}

/**
 * `http://localhost:3000/d/uid/slug?var-service=shop&from=…`, or the same without a host, as a path of this app. Its minutes
 * are those of the alert's other links: what Grafana shows by default may hold a minute of trouble within an hour.
 */
function dashboardPath(text: string, from: string): string | undefined {
  const url = URL.parse(text, 'http://localhost');
  const uid = /^\/d\/([\w-]+)/.exec(url?.pathname ?? '')?.[1];
  if (url === null || uid === undefined || webAddress(url.href) === undefined) return undefined;
  url.searchParams.delete('from');
  url.searchParams.delete('to');
  return href(`/d/${uid}`, { ...Object.fromEntries(url.searchParams), ...(from !== '' && { from }) });
}
