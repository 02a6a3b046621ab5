import { ago, clockTime, shortNumber } from '../../parts/format.ts';
import { LabelList } from '../../parts/labels.tsx';
import { parseValue } from '../../api/prometheus.ts';
import { href } from '../../state/location.ts';
import type { CurrentAlert } from './current-alerts.ts';
import { Evidence } from './evidence.tsx';
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
      {alerts.map((alert) => {
        const { key, name, labels, annotations, state, sinceMs, value } = alert;
        return (
          <li key={key} class={`card alerts-one alerts-${state}`}>
            <div class="row">
              <Severity severity={labels['severity']} />
              <h2 class="grow">
                <a href={href('/alerts', { alert: name })}>{annotations['summary'] ?? name}</a>
              </h2>
              <span class="muted" title={new Date(sinceMs).toISOString()}>
                {STATE_TEXT[state]}, since {clockTime(sinceMs).slice(0, 8)} ({ago(sinceMs, nowMs)})
              </span>
            </div>
            {annotations['description'] !== undefined && <p>{annotations['description']}</p>}
            <div class="row">
              <strong>{name}</strong>
              {value !== undefined && <span>value {shortNumber(parseValue(value))}</span>}
              <LabelList labels={labels} without={SHOWN_ELSEWHERE} />
            </div>
            <div class="row no-print">
              <Evidence annotations={annotations} labels={labels} />
              {state !== 'silenced' && <button onClick={() => onSilence(alert)}>Silence…</button>}
              {state === 'silenced' && <a href={href('/alerts', { tab: 'silences' })}>Its silence</a>}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
