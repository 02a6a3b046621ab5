import { queryInstant } from '../../api/prometheus.ts';
import { evidenceOf, serviceNamed } from '../../parts/service-name.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import type { CurrentAlert } from './current-alerts.ts';
import { whereItBegins } from './where-it-begins.ts';

/** Calls of so many minutes tell who calls whom: a service that failed altogether has been called before. */
const CALLS = 'sum by (client, server) (rate(traces_service_graph_request_total[15m])) > 0';
const PROBLEMS = new Set(['critical', 'error', 'warning']);

/** `a`, `a and b`, `a, b and c`. */
function wordList(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Where to look first when services that call each other have alerts; nothing where they do not. */
export function FirstLook({ alerts }: { readonly alerts: readonly CurrentAlert[] }) {
  const alerting = [
    ...new Set(
      alerts
        .filter(
          ({ state, labels }) =>
            (state === 'firing' || state === 'inhibited') && PROBLEMS.has(labels['severity'] ?? ''),
        )
        .map(({ labels }) => serviceNamed(labels['service'] ?? labels['job'] ?? ''))
        .filter((name) => name !== ''),
    ),
  ];
  const { data } = useQuery(alerting.length > 1 ? 'calls' : undefined, (signal) =>
    queryInstant(CALLS, Date.now(), signal),
  );
  const calls = (data ?? []).map(({ labels }) => ({
    client: labels['client'] ?? '',
    server: labels['server'] ?? '',
  }));
  return (
    <>
      {whereItBegins(alerting, calls).map(({ service, callers }) => {
        const { failedTraces, errorLogs } = evidenceOf(service);
        const shown = visibleText(service, { oneLine: true });
        return (
          <section key={service} class="card alerts-first" aria-label={`Look at ${shown} first`}>
            <p class="grow">
              <strong>Look at {shown} first.</strong> {visibleText(wordList(callers), { oneLine: true })},{' '}
              {callers.length === 1 ? 'which needs it, has' : 'which need it, have'} alerts too; nothing that
              it calls has any.
            </p>
            <span class="row no-print">
              <a class="button" href={href(`/service/${encodeURIComponent(service)}`)}>
                {shown}
              </a>
              <a class="button" href={href('/traces', { query: failedTraces })}>
                Its failed traces
              </a>
              <a class="button" href={href('/logs', { query: errorLogs })}>
                Its error lines
              </a>
            </span>
          </section>
        );
      })}
    </>
  );
}
