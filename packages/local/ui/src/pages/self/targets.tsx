import type { Target } from '../../api/prometheus.ts';
import { ago, duration } from '../../parts/format.ts';
import { HealthMark } from '../../parts/health-mark.tsx';
import { Problem } from '../../parts/problem.tsx';
import { serviceOfJob } from '../../parts/service-name.ts';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { scrapeAdvice } from './scrape-advice.ts';

interface TargetsProps {
  readonly targets: readonly Target[] | undefined;
  readonly error: Error | undefined;
  /** Since 1970 [ms]. */
  readonly nowMs: number;
}

const STATES = ['down', 'unknown', 'up'];

/** What is scraped, those that fail first, with what to do about it. */
export function Targets({ targets, error, nowMs }: TargetsProps) {
  const sorted = targets?.toSorted(
    (one, other) =>
      STATES.indexOf(one.health) - STATES.indexOf(other.health) || (one.scrapeUrl < other.scrapeUrl ? -1 : 1),
  );
  return (
    <section aria-labelledby="self-targets">
      <h2 id="self-targets">Targets</h2>
      {error !== undefined && <Problem what="The targets could not be read" error={error} />}
      {sorted?.length === 0 && (
        <p class="muted">
          Nothing is scraped. Services push by OTLP (<code>OTEL_METRICS_EXPORTER=otlp</code>), or are scraped
          with <code>sightline dev --scrape localhost:9464</code>.
        </p>
      )}
      {sorted !== undefined && sorted.length > 0 && (
        <div class="card wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Target</th>
                <th scope="col">Service</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  Last scrape
                </th>
                <th scope="col" class="number">
                  Took
                </th>
              </tr>
            </thead>
            <tbody>
              {sorted.map((target) => (
                <TargetRow key={`${target.scrapePool} ${target.scrapeUrl}`} target={target} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function TargetRow({ target, nowMs }: { readonly target: Target; readonly nowMs: number }) {
  const { scrapeUrl, scrapePool, health, lastError, lastScrape, lastScrapeDuration } = target;
  const service = serviceOfJob(target.labels['job'] ?? scrapePool);
  const lastMs = Date.parse(lastScrape);
  return (
    <tr>
      <th scope="row" class="mono">
        {visibleText(scrapeUrl, { oneLine: true })}
        {lastError !== '' && (
          <div class="self-error">
            <span class="bad">{visibleText(cutText(lastError, 300).text, { oneLine: true })}</span>
            <span class="self-advice">{scrapeAdvice(lastError)}</span>
          </div>
        )}
      </th>
      <td>
        <a href={href(`/service/${encodeURIComponent(service)}`)}>
          {visibleText(service, { oneLine: true })}
        </a>
      </td>
      <td>
        <HealthMark state={health} />
      </td>
      <td class="number">{lastMs > 0 ? ago(lastMs, nowMs) : 'never'}</td>
      <td class="number">{lastMs > 0 ? duration(lastScrapeDuration) : '–'}</td>
    </tr>
  );
}
