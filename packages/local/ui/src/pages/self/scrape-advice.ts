/** What to do about a target that cannot be scraped, by what its error says. */
export function scrapeAdvice(error: string): string {
  if (/ECONNREFUSED|connection refused/i.test(error))
    return 'Nothing listens there: is the service running, and is this its admin port (9464 unless OTEL_EXPORTER_PROMETHEUS_PORT says otherwise)?';
  if (/ENOTFOUND|EAI_AGAIN|no such host/i.test(error))
    return 'The name is not known here: check it, or use the address.';
  if (/ETIMEDOUT|timed? ?out|deadline|aborted/i.test(error))
    return 'It took too long: the service may be overloaded, its page too large, or a firewall between.';
  if (/\b40[13]\b/.test(error)) return 'It wants credentials, or another path.';
  if (/\b404\b/.test(error))
    return 'There is no metrics page at this path: is it the admin port of the service?';
  if (/\b5\d\d\b/.test(error)) return 'The service itself failed on it: its log says why.';
  if (/pars|expected|unexpected|invalid|line \d/i.test(error))
    return 'What it answers is not the text format of Prometheus: is it the admin port of the service?';
  return 'Try it by hand: curl the address above.';
}
