import { quoted } from '../../parts/quote.ts';
import type { SearchForm } from './search-form.ts';

/** Attributes of spans that log lines carry as well, by the name that they have there. */
const FIELDS: Readonly<Record<string, string>> = {
  'http.route': 'http_route',
  'http.request.method': 'http_request_method',
  'http.response.status_code': 'http_response_status_code',
};

/**
 * Log lines of what a search asks for, as far as they know it: the service, failures, and the route.
 *
 * @returns undefined for a query that is more than the form can say
 */
export function logsQueryOf(form: SearchForm | undefined): string | undefined {
  if (form === undefined) return undefined;
  const { service, status, attribute, value } = form;
  const labels = [service === '' ? 'service_name=~".+"' : `service_name=${quoted(service)}`];
  if (status === 'error') labels.push('level=~"error|fatal|warn"');
  const field = FIELDS[attribute.replace(/^(?:span\.|resource\.|\.)/, '')];
  const filter =
    field === undefined || value === ''
      ? ''
      : ` | json | ${field}=${quoted(value.replace(/^"(.*)"$/, '$1'))}`;
  return `{${labels.join(', ')}}${filter}`;
}
