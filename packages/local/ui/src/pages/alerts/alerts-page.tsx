import './alerts.css';
import { useState } from 'preact/hooks';
import { alertmanagerAlerts, silences } from '../../api/alertmanager.ts';
import { activeAlerts, ruleGroups } from '../../api/prometheus.ts';
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
        <AlertDetail name={name} groups={groups} alerts={alerts} nowMs={nowMs} onSilence={setSilencing} />
      ) : query !== '' ? (
        rules.data !== undefined && <QueryRules query={query} groups={groups} />
      ) : (
        <>
          <Tabs
            path="/alerts"
            label="About alerts"
            tabs={[
              { id: '', name: 'Now', count: active.length },
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
          {tab === '' && !loading && evaluated.error === undefined && (
            <>
              <Now active={active} ruleCount={groups.length} nowMs={nowMs} onSilence={setSilencing} />
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
          {tab === 'rules' && <RuleList groups={groups} />}
          {tab === 'silences' && <SilenceList silences={silenced.data ?? []} />}
          {tab === 'told' &&
            (told.error === undefined ? (
              <NotificationList records={told.data ?? []} />
            ) : (
              <p class="muted">Only the embedded stack remembers notifications; ask the receiver itself.</p>
            ))}
        </>
      )}
      {silencing !== undefined && (
        <SilenceDialog key={silencing.key} alert={silencing} onClose={() => setSilencing(undefined)} />
      )}
    </div>
  );
}

interface NowProps {
  readonly active: readonly CurrentAlert[];
  readonly ruleCount: number;
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
  if (ruleCount > 0) return <p class="ok">All is well: no alert fires or waits.</p>;
  return (
    <p class="muted">
      No rule is loaded. <code>sightline dev</code> loads those of Sightline; others with{' '}
      <code>--rules folder</code>.
    </p>
  );
}
