import { escapedRegex, quoted } from './quote.ts';

/** The name of a service in a `job`: of OTLP it is `namespace/name`, of a scrape the name alone. */
export function serviceOfJob(job: string): string {
  return job.slice(job.lastIndexOf('/') + 1);
}

/** The service that a label of an alert names, which rules take from the job; a name such as `@acme/shop` is whole. */
export function serviceNamed(text: string): string {
  return text.startsWith('@') ? text : serviceOfJob(text);
}

/** A matcher for all jobs of a service, with or without a namespace: `job=~"(?:.+/)?shop"`. */
export function jobMatcher(service: string): string {
  return `job=~${quoted(`(?:.+/)?${escapedRegex(service)}`)}`;
}

/** Where the evidence of one service is, as the query that each page takes. */
export function evidenceOf(service: string): {
  readonly traces: string;
  readonly failedTraces: string;
  readonly logs: string;
  readonly errorLogs: string;
} {
  const name = quoted(service);
  return {
    traces: `{ resource.service.name = ${name} }`,
    failedTraces: `{ resource.service.name = ${name} && status = error }`,
    logs: `{service_name=${name}}`,
    errorLogs: `{service_name=${name}, level=~"error|fatal"}`,
  };
}
