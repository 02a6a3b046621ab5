import { ago, momentTime, shortNumber } from '../../parts/format.ts';
import { LabelList } from '../../parts/labels.tsx';
import { type Labels, parseValue } from '../../api/prometheus.ts';
import { href } from '../../state/location.ts';
import type { CurrentAlert } from './current-alerts.ts';
import { Evidence } from './evidence.tsx';
import { groupAlerts } from './group-alerts.ts';
import { Severity } from './severity.tsx';

interface AlertListProps {
  readonly alerts: readonly CurrentAlert[];
  readonly nowMs: number;
  readonly onSilence: (alert: CurrentAlert) => void;
}

const STATE_TEXT = {
  firing: 'fires',
  pending: 'waits for its “for”',
  silenced: 'silenced: nobody is told',
  inhibited: 'follows from another alert: nobody is told',
} as const;

const SHOWN_ELSEWHERE = ['alertname', 'severity'];

/** Alerts as cards: what it means to a user first, then where to look. */
export function AlertList({ alerts, nowMs, onSilence }: AlertListProps) {
  return (
    <ul class="alerts-list">
      {groupAlerts(alerts).map(({ key, first, others, differing }) => (
        <li key={key} class={`card alerts-one alerts-${first.state}`}>
          <Head alert={first} nowMs={nowMs} />
          {first.annotations['description'] !== undefined && <p>{first.annotations['description']}</p>}
          <Facts alert={first} />
          {others.length > 0 && (
            <details>
              <summary>
                {others.length} more of the same, by {differing.join(', ')}
              </summary>
              <ul class="alerts-more">
                {others.map((other) => (
                  <li key={other.key}>
                    {other.annotations['summary'] ?? other.name}{' '}
                    <LabelList labels={pick(other.labels, differing)} />
                  </li>
                ))}
              </ul>
            </details>
          )}
          <div class="row no-print">
            <Evidence annotations={first.annotations} labels={first.labels} ageMs={nowMs - first.sinceMs} />
            {first.state === 'silenced' ? (
              <a href={href('/alerts', { tab: 'silences' })}>Its silence</a>
            ) : (
              <button onClick={() => onSilence(first)}>Silence…</button>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Head({ alert, nowMs }: { readonly alert: CurrentAlert; readonly nowMs: number }) {
  const { name, labels, annotations, state, sinceMs } = alert;
  return (
    <div class="row">
      <Severity severity={labels['severity']} />
      <h2 class="grow">
        <a href={href('/alerts', { alert: name })}>{annotations['summary'] ?? name}</a>
      </h2>
      <span class="muted" title={new Date(sinceMs).toISOString()}>
        {STATE_TEXT[state]}, since {momentTime(sinceMs).slice(0, -4)} ({ago(sinceMs, nowMs)})
      </span>
    </div>
  );
}

function Facts({ alert: { name, labels, value } }: { readonly alert: CurrentAlert }) {
  return (
    <div class="row">
      <strong>{name}</strong>
      {value !== undefined && <span>value {shortNumber(parseValue(value))}</span>}
      <LabelList labels={labels} without={SHOWN_ELSEWHERE} />
    </div>
  );
}

function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}
