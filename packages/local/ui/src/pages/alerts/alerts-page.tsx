import './alerts.css';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { alertmanagerAlerts, silences } from '../../api/alertmanager.ts';
import { activeAlerts, ruleGroups } from '../../api/prometheus.ts';
import { ApiError } from '../../api/request.ts';
import { notifications } from '../../api/stack.ts';
import { Problem } from '../../parts/problem.tsx';
import { Tabs } from '../../parts/tabs.tsx';
import { param } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { AlertDetail } from './alert-detail.tsx';
import { AlertList } from './alert-list.tsx';
import { type CurrentAlert, WATCHDOG, currentAlerts } from './current-alerts.ts';
import { endedAlerts } from './ended-alerts.ts';
import { EndedList } from './ended-list.tsx';
import { FirstLook } from './first-look.tsx';
import { NotificationList } from './notification-list.tsx';
import { QueryRules } from './query-rules.tsx';
import { RuleList } from './rule-list.tsx';
import { SilenceDialog } from './silence-dialog.tsx';
import { SilenceList } from './silence-list.tsx';

/** What is wrong now, what is evaluated, who is told, and who is not. */
export function Page() {
  const [silencing, setSilencing] = useState<CurrentAlert | undefined>();
  const evaluated = useQuery('alerts', activeAlerts);
  const routed = useQuery('alertmanager alerts', alertmanagerAlerts);
  const rules = useQuery('rules', ruleGroups);
  const silenced = useQuery('silences', silences);
  const told = useQuery('notifications', notifications);
  const tab = param('tab');
  const name = param('alert');
  const query = param('query');
  const nowMs = Date.now();
  const groups = rules.data ?? [];
  const alerts = currentAlerts(evaluated.data ?? [], routed.data ?? []);
  const active = alerts.filter((alert) => alert.name !== WATCHDOG);
  const loading = evaluated.data === undefined && evaluated.error === undefined;

  return (
    <div class="stack" aria-busy={loading}>
      {evaluated.error !== undefined && (
        <Problem what="Alerts could not be read from Prometheus" error={evaluated.error} />
      )}
      {routed.error !== undefined && (
        <Problem
          what="Alertmanager did not answer: silences and inhibition are not shown"
          error={routed.error}
        />
      )}
      {name !== '' ? (
        evaluated.data !== undefined && (
          <Answered what="The rules" {...rules}>
            <AlertDetail name={name} groups={groups} alerts={alerts} nowMs={nowMs} onSilence={setSilencing} />
          </Answered>
        )
      ) : query !== '' ? (
        <Answered what="The rules" {...rules}>
          <QueryRules query={query} groups={groups} />
        </Answered>
      ) : (
        <>
          <Tabs
            path="/alerts"
            label="About alerts"
            tabs={[
              { id: '', name: 'Now', count: evaluated.data && active.length },
              {
                id: 'rules',
                name: 'Rules',
                count: rules.data && groups.flatMap((group) => group.rules).length,
              },
              {
                id: 'silences',
                name: 'Silences',
                count: silenced.data?.filter(({ status }) => status.state !== 'expired').length,
              },
              { id: 'told', name: 'Notifications', count: told.data?.length },
            ]}
          />
          {tab === '' && loading && <p class="muted">Asking…</p>}
          {tab === '' && evaluated.data !== undefined && (
            <>
              <Now active={active} ruleCount={rules.data?.length} nowMs={nowMs} onSilence={setSilencing} />
              <EndedList
                alerts={endedAlerts(
                  told.data ?? [],
                  active.map(({ labels }) => labels),
                  nowMs,
                )}
                nowMs={nowMs}
              />
            </>
          )}
          {tab === 'rules' && (
            <Answered what="The rules" {...rules}>
              <RuleList groups={groups} />
            </Answered>
          )}
          {tab === 'silences' && (
            <Answered what="The silences" {...silenced}>
              <SilenceList silences={silenced.data ?? []} />
            </Answered>
          )}
          {tab === 'told' &&
            (told.error instanceof ApiError && told.error.status === 404 ? (
              <p class="muted">Only the embedded stack remembers notifications; ask the receiver itself.</p>
            ) : (
              <Answered what="The notifications" {...told}>
                <NotificationList records={told.data ?? []} />
              </Answered>
            ))}
        </>
      )}
      {silencing !== undefined && (
        <SilenceDialog key={silencing.key} alert={silencing} onClose={() => setSilencing(undefined)} />
      )}
    </div>
  );
}

interface AnsweredProps {
  readonly what: string;
  readonly data: unknown;
  readonly error: Error | undefined;
  readonly children: ComponentChildren;
}

/** What was answered; of nothing yet no words that there is nothing. */
function Answered({ what, data, error, children }: AnsweredProps) {
  return (
    <>
      {error !== undefined && <Problem what={`${what} could not be read`} error={error} />}
      {data === undefined
        ? error === undefined && (
            <p class="muted" aria-busy="true">
              Asking…
            </p>
          )
        : children}
    </>
  );
}

interface NowProps {
  readonly active: readonly CurrentAlert[];
  /** Undefined while that is not known. */
  readonly ruleCount: number | undefined;
  readonly nowMs: number;
  readonly onSilence: (alert: CurrentAlert) => void;
}

function Now({ active, ruleCount, nowMs, onSilence }: NowProps) {
  if (active.length > 0)
    return (
      <>
        <FirstLook alerts={active} />
        <AlertList alerts={active} nowMs={nowMs} onSilence={onSilence} />
      </>
    );
  if (ruleCount === undefined) return <p class="muted">No alert fires or waits.</p>;
  if (ruleCount > 0) return <p class="ok">All is well: no alert fires or waits.</p>;
  return (
    <p class="muted">
      No rule is loaded. <code>sightline dev</code> loads those of Sightline; others with{' '}
      <code>--rules folder</code>.
    </p>
  );
}
