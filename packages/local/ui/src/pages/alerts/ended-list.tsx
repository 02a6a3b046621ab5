import { ago } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import type { EndedAlert } from './ended-alerts.ts';
import { Evidence } from './evidence.tsx';
import { Severity } from './severity.tsx';

const SHOWN = 5;

/** What was told of lately and is over, with its evidence. */
export function EndedList({
  alerts,
  nowMs,
}: {
  readonly alerts: readonly EndedAlert[];
  readonly nowMs: number;
}) {
  if (alerts.length === 0) return null;
  return (
    <section class="stack" aria-labelledby="alerts-ended">
      <h2 id="alerts-ended">Lately, and over now</h2>
      <ul class="alerts-list">
        {alerts.slice(0, SHOWN).map(({ name, labels, annotations, toldMs }) => (
          <li key={JSON.stringify(labels)} class="card alerts-one">
            <div class="row">
              <Severity severity={labels['severity']} />
              <h3 class="grow">
                <a href={href('/alerts', { alert: name })}>
                  {visibleText(annotations['summary'] ?? name, { oneLine: true })}
                </a>
              </h3>
              <span class="muted">told {ago(toldMs, nowMs)}</span>
            </div>
            <div class="row no-print">
              <Evidence annotations={annotations} labels={labels} ageMs={nowMs - toldMs} />
            </div>
          </li>
        ))}
      </ul>
      {alerts.length > SHOWN && (
        <p class="muted">
          and {alerts.length - SHOWN} more: <a href={href('/alerts', { tab: 'told' })}>all notifications</a>
        </p>
      )}
    </section>
  );
}
