import { ApiError } from '../../api/request.ts';
import { notifications } from '../../api/stack.ts';
import { ago, shortNumber } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';

/** Whether those who are to be told are told. */
export function Delivery({ nowMs }: { readonly nowMs: number }) {
  const { data, error } = useQuery('deliveries', async (signal) => {
    try {
      return await notifications(signal);
    } catch (failure) {
      // Only the embedded stack has it.
      if (failure instanceof ApiError && failure.status === 404) return undefined;
      throw failure;
    }
  });
  const count = (wanted: string): number => data?.filter(({ outcome }) => outcome === wanted).length ?? 0;
  const failed = data?.filter(({ outcome }) => outcome === 'failed') ?? [];
  const shown = count('shown only');
  return (
    <section aria-labelledby="self-delivery">
      <h2 id="self-delivery">Notifications</h2>
      {error !== undefined && <Problem what="The notifications could not be read" error={error} />}
      {data === undefined && error === undefined && <p class="muted">These servers do not tell.</p>}
      {data !== undefined && (
        <p>
          {shortNumber(count('delivered'))} delivered,{' '}
          <span class={failed.length > 0 ? 'bad' : ''}>{shortNumber(failed.length)} failed</span>
          {shown > 0 &&
            `, ${shortNumber(shown)} shown here only: their receivers are not called from here`}.{' '}
          <a href={href('/alerts', { tab: 'told' })}>All notifications</a>
        </p>
      )}
      {failed.length > 0 && (
        <ul>
          {failed.slice(0, 5).map(({ error: why, timeMs, message }, index) => (
            <li key={index}>
              To <strong>{visibleText(message.receiver, { oneLine: true })}</strong>, {ago(timeMs, nowMs)}:{' '}
              <span class="mono">{visibleText(cutText(why, 200).text, { oneLine: true })}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
