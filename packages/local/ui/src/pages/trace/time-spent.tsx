import { duration, percent } from '../../parts/format.ts';
import type { CriticalShare } from '../../parts/trace/critical-path.ts';
import type { TraceNode, TraceTree } from '../../parts/trace/trace-tree.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';

interface TimeSpentProps {
  readonly tree: TraceTree;
  readonly shares: readonly CriticalShare[];
  readonly colours: ReadonlyMap<string, string>;
  onSelect(node: TraceNode): void;
}

const SHOWN = 12;
const seconds = (ms: number): string => duration(ms / 1000);

/** Where the time of the trace went: what decided its length, and what each service did. */
export function TimeSpent({ tree, shares, colours, onSelect }: TimeSpentProps) {
  const services = servicesOf(tree);
  return (
    <section class="trace-side card" aria-label="Where the time went">
      <h2>What it waited for</h2>
      <p class="muted">The critical path: had one of these been quicker, so had the trace.</p>
      <ol class="shares">
        {shares.slice(0, SHOWN).map(({ service, name, ms, ratio, node }) => (
          <li key={`${service} ${name}`}>
            <button class="plain share" onClick={() => onSelect(node)}>
              <span class="share-name">
                <span class="wf-colour" style={{ background: colours.get(service) ?? '' }} />
                <strong>{visibleText(service)}</strong>{' '}
                <span class="share-operation">{visibleText(name)}</span>
              </span>
              <span class="share-value">
                {seconds(ms)} · {percent(ratio)}
              </span>
              <span
                class="share-bar"
                style={{ width: `${ratio * 100}%`, background: colours.get(service) ?? '' }}
              />
            </button>
          </li>
        ))}
      </ol>
      {shares.length > SHOWN && <p class="muted">and {shares.length - SHOWN} more with less</p>}
      <h3>Services</h3>
      <table class="services-table">
        <thead>
          <tr>
            <th>Service</th>
            <th class="number">Spans</th>
            <th class="number">Failed</th>
            <th class="number">Own time</th>
          </tr>
        </thead>
        <tbody>
          {services.map(({ service, spans, failed, selfMs }) => (
            <tr key={service}>
              <td>
                <span class="share-name">
                  <span class="wf-colour" style={{ background: colours.get(service) ?? '' }} />
                  <a href={href(`/service/${encodeURIComponent(service)}`)}>{visibleText(service)}</a>
                </span>
              </td>
              <td class="number">{spans}</td>
              <td class={failed > 0 ? 'number bad' : 'number muted'}>{failed}</td>
              <td class="number">{seconds(selfMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function servicesOf({ nodes }: TraceTree) {
  return Array.from(
    Map.groupBy(nodes, ({ span }) => span.service),
    ([service, own]) => ({
      service,
      spans: own.length,
      failed: own.filter(({ span }) => span.status === 'error').length,
      selfMs: own.reduce((sum, { selfMs }) => sum + selfMs, 0),
    }),
  ).toSorted((one, other) => other.selfMs - one.selfMs);
}
