import type { Labels } from '../../api/prometheus.ts';
import { evidenceOf } from '../../parts/service-name.ts';
import { webAddress } from '../../parts/web-address.ts';
import { href } from '../../state/location.ts';

export interface EvidenceLink {
  readonly name: string;
  readonly to: string;
  /** Outside this app. */
  readonly external: boolean;
}

/** File names of runbooks: nothing else becomes a part of an address. */
const RUNBOOK = /(?:^|\/)([a-z0-9][a-z0-9-]*)\.md$/;

/**
 * Where an alert's annotations lead. Addresses of Grafana's dashboards become those of this app, whatever host they
 * name: the same dashboards are here.
 *
 * What is neither http(s) nor one of ours leads nowhere: an annotation may hold anything.
 */
export function evidenceLinks(annotations: Labels, labels: Labels): readonly EvidenceLink[] {
  const service = labels['service'] ?? labels['job'] ?? labels['service_name'];
  const links: EvidenceLink[] = [];
  const runbook = annotations['runbook_url'] ?? '';
  const name = RUNBOOK.exec(runbook)?.[1];
  if (name !== undefined) {
    links.push({
      name: 'Runbook',
      to: href(`/runbook/${name}`, { service, name: labels['name'] }),
      external: false,
    });
  } else if (webAddress(runbook) !== undefined) links.push({ name: 'Runbook', to: runbook, external: true });

  const dashboard = annotations['dashboard_url'] ?? '';
  const own = dashboardPath(dashboard);
  if (own !== undefined) links.push({ name: 'Dashboard', to: own, external: false });
  else if (webAddress(dashboard) !== undefined)
    links.push({ name: 'Dashboard', to: dashboard, external: true });

  if (service !== undefined) {
    const { failedTraces, errorLogs } = evidenceOf(service);
    links.push(
      { name: 'Service', to: href(`/service/${encodeURIComponent(service)}`), external: false },
      { name: 'Failed traces', to: href('/traces', { query: failedTraces }), external: false },
      { name: 'Error lines', to: href('/logs', { query: errorLogs }), external: false },
    );
  }
  return links;
}

/** `http://localhost:3000/d/uid/slug?var-service=shop&from=…`, or the same without a host, as a path of this app. */
function dashboardPath(text: string): string | undefined {
  const url = URL.parse(text, 'http://localhost');
  const uid = /^\/d\/([\w-]+)/.exec(url?.pathname ?? '')?.[1];
  if (url === null || uid === undefined || webAddress(url.href) === undefined) return undefined;
  return `/d/${uid}${url.search}`;
}
