import { quoted } from '../../parts/quote.ts';

/** The service that the examples of every runbook name. */
const EXAMPLE = 'shop';
const NAMES = /\b(job|service|service_name|resource\.service\.name)(\s*=\s*)"shop"/g;

/** A query of a runbook for the service that the alert is about, in the place of the example. */
export function forService(query: string, service: string): string {
  if (service === '' || service === EXAMPLE) return query;
  return query.replaceAll(NAMES, (_, name: string, equals: string) => `${name}${equals}${quoted(service)}`);
}
