import { quoted } from '../../parts/quote.ts';

/** What an alert is about, in the place of the examples of its runbook. */
export interface Subject {
  /** In the place of the service `shop`; '' leaves it. */
  readonly service: string;
  /** Of a breaker, a pool, a cache: what the label `name` says; '' leaves it. */
  readonly name: string;
}

const SERVICES = /\b(job|service|service_name|resource\.service\.name)(\s*=\s*)"shop"/g;
const NAMES = /(?<=[{,]\s*)name(\s*=\s*)"[^"]*"/g;

/** A query of a runbook for what the alert is about. */
export function forSubject(query: string, { service, name }: Subject): string {
  const own =
    service === ''
      ? query
      : query.replaceAll(
          SERVICES,
          (_, label: string, equals: string) => `${label}${equals}${quoted(service)}`,
        );
  return name === '' ? own : own.replaceAll(NAMES, (_, equals: string) => `name${equals}${quoted(name)}`);
}
