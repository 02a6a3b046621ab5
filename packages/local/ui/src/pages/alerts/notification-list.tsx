import type { NotificationRecord } from '../../api/stack.ts';
import { LabelList } from '../../parts/labels.tsx';
import { momentTime } from '../../parts/format.ts';

/** Who was told what, the newest first. */
export function NotificationList({ records }: { readonly records: readonly NotificationRecord[] }) {
  if (records.length === 0) return <p class="muted">Nobody was told of anything yet.</p>;
  return (
    <div class="card wide">
      <table>
        <thead>
          <tr>
            <th>When</th>
            <th>Receiver</th>
            <th>What</th>
            <th>Group</th>
            <th>Arrived?</th>
          </tr>
        </thead>
        <tbody>
          {records.map(({ timeMs, outcome, error, message }, index) => (
            <tr key={`${timeMs} ${index}`}>
              <td class="mono" title={new Date(timeMs).toISOString()}>
                {momentTime(timeMs)}
              </td>
              <td>{message.receiver}</td>
              <td>
                <span class={message.status === 'firing' ? 'bad' : 'ok'}>{message.status}</span>{' '}
                {message.alerts
                  .map(({ labels, annotations }) => annotations['summary'] ?? labels['alertname'])
                  .join('; ')}
              </td>
              <td>
                <LabelList labels={message.groupLabels} />
              </td>
              <td>{outcome === 'failed' ? <span class="bad">failed: {error}</span> : outcome}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
