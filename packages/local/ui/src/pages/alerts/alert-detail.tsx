import { type Rule, type RuleGroup, queryRange, stepFor } from '../../api/prometheus.ts';
import { useTitle } from '../../app/title.ts';
import { TimeChart } from '../../parts/chart/time-chart.tsx';
import { duration } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { href } from '../../state/location.ts';
import { rangeText, timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { AlertList } from './alert-list.tsx';
import type { CurrentAlert } from './current-alerts.ts';
import { Evidence } from './evidence.tsx';
import { Severity } from './severity.tsx';

interface AlertDetailProps {
  readonly name: string;
  readonly groups: readonly RuleGroup[];
  readonly alerts: readonly CurrentAlert[];
  readonly nowMs: number;
  readonly onSilence: (alert: CurrentAlert) => void;
}

/** One alert: its instances, what its expression was over the time, and its rule. */
export function AlertDetail({ name, groups, alerts, nowMs, onSilence }: AlertDetailProps) {
  useTitle(name);
  const found = groups
    .flatMap((group) => group.rules.map((rule) => ({ group, rule })))
    .filter(({ rule }) => rule.name === name);
  const own = alerts.filter((alert) => alert.name === name);
  return (
    <div class="stack">
      <p>
        <a href={href('/alerts')}>‹ All alerts</a>
      </p>
      {own.length === 0 ? (
        <p class="ok">It does not fire now.</p>
      ) : (
        <AlertList alerts={own} nowMs={nowMs} onSilence={onSilence} />
      )}
      {found.length === 0 && own.length === 0 && (
        <p class="muted">There is no rule of this name: it was renamed, or its file is not loaded.</p>
      )}
      {found.map(({ group, rule }) => (
        <RuleDetail key={`${group.name} ${rule.query}`} group={group} rule={rule} />
      ))}
    </div>
  );
}

function RuleDetail({ group, rule }: { readonly group: RuleGroup; readonly rule: Rule }) {
  const range = timeRange.value;
  const { from, to } = rangeText.value;
  const { query } = rule;
  // Rules over logs are in LogQL, which Prometheus does not answer.
  const ofLogs = /^sightline-logs|loki/.test(group.file) || query.includes('count_over_time({');
  // By the words of the range: its moments are others with each refresh, which would give up what is still on its way.
  const { data, error } = useQuery(ofLogs ? undefined : `rule ${query} ${from} ${to}`, async (signal) => {
    const stepSeconds = stepFor(range.startMs, range.endMs);
    return {
      range,
      gapSeconds: stepSeconds * 1.5,
      found: await queryRange({ query, ...range, stepSeconds }, signal),
    };
  });
  const series = (data?.found ?? []).map(({ labels, times, values }) => ({
    name: Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(' '),
    times,
    values,
  }));
  return (
    <section class="card alerts-one">
      <div class="row">
        <Severity severity={rule.labels?.['severity']} />
        <h2 class="grow">The rule</h2>
        <span class="muted">
          {rule.duration !== undefined && rule.duration > 0
            ? `must hold for ${duration(rule.duration)}, `
            : ''}
          evaluated every {duration(group.interval)}, took {duration(rule.evaluationTime)}
        </span>
      </div>
      <pre class="alerts-query">{query}</pre>
      {rule.lastError !== undefined && rule.lastError !== '' && (
        <Problem what="Its last evaluation failed" error={new Error(rule.lastError)} />
      )}
      {error !== undefined && <Problem what="The expression could not be asked" error={error} />}
      {data !== undefined &&
        (series.length === 0 ? (
          <p class="muted">In these minutes the expression was never true.</p>
        ) : (
          <TimeChart
            series={series}
            startMs={data.range.startMs}
            endMs={data.range.endMs}
            gapSeconds={data.gapSeconds}
            height={180}
            label={`Values of ${rule.name} while it was true`}
          />
        ))}
      <div class="row no-print">
        <Evidence annotations={staticOnly(rule.annotations ?? {})} labels={{}} />
        {!ofLogs && (
          <a class="button" href={href('/explore', { query })}>
            Explore the expression
          </a>
        )}
      </div>
    </section>
  );
}

/** Annotations of a rule are templates still; only those without a placeholder lead somewhere. */
function staticOnly(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(annotations).filter(([, text]) => !text.includes('{{')));
}
