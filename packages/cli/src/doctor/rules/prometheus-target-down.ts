import { defineRule } from '../finding.ts';
import { targetError } from './target-error.ts';

export const prometheusTargetDown = defineRule({
  code: 'prometheus-target-down',
  when: 'Prometheus cannot scrape the service',
  check(facts) {
    const { kind, target } = targetError(facts);
    if (kind !== 'down' || target === undefined) return [];
    return [
      {
        part: 'prometheus',
        seen: `Prometheus cannot scrape ${target.scrapeUrl}: ${target.lastError}`,
        fix: fixFor(target.lastError, target.scrapeUrl),
      },
    ];
  },
});

function fixFor(error: string, url: string): string {
  const hostname = URL.parse(url)?.hostname ?? url;
  if (/refused/.test(error)) {
    return /^(?:localhost|127\.)/.test(hostname)
      ? 'in a container, localhost is the container: scrape host.docker.internal or the name of the service'
      : 'see that the service is up and listens on that port for all interfaces: OTEL_EXPORTER_PROMETHEUS_HOST';
  }
  if (/no such host|lookup/.test(error)) return `correct the host ${hostname}: Prometheus does not know it`;
  if (/tls|x509|certificate|HTTPS|malformed HTTP/i.test(error))
    return 'correct scheme and tls_config of the job';
  if (/HTTP status 40[13]/.test(error)) return 'give the job the credentials that the page wants';
  if (/HTTP status/.test(error))
    return 'correct metrics_path and the port: the page is /metrics of the admin server';
  if (/text format|content.type|parse/i.test(error)) {
    return 'see what is on the page: another registry may write lines that are no metrics';
  }
  return 'correct the address in the job, or what is between Prometheus and the service';
}
