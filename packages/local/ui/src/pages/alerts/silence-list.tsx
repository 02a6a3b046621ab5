import { useState } from 'preact/hooks';
import { type Matcher, type Silence, expireSilence } from '../../api/alertmanager.ts';
import { Problem } from '../../parts/problem.tsx';
import { refreshed } from '../../state/time-range.ts';

function matcherText({ name, value, isRegex, isEqual }: Matcher): string {
  return `${name}${isEqual ? '=' : '!'}${isRegex ? '~' : isEqual ? '' : '='}${JSON.stringify(value)}`;
}

/** Silences that hold or have held. */
export function SilenceList({ silences }: { readonly silences: readonly Silence[] }) {
  const [error, setError] = useState<Error | undefined>();
  if (silences.length === 0)
    return <p class="muted">Nothing is silenced: every alert is told to its receiver.</p>;
  const order = { active: 0, pending: 1, expired: 2 };
  const sorted = silences.toSorted(
    (one, other) =>
      order[one.status.state] - order[other.status.state] ||
      Date.parse(other.endsAt) - Date.parse(one.endsAt),
  );
  return (
    <>
      {error !== undefined && <Problem what="The silence could not be ended" error={error} />}
      <div class="card wide">
        <table>
          <thead>
            <tr>
              <th>State</th>
              <th>Alerts with</th>
              <th>Until</th>
              <th>By</th>
              <th>Why</th>
              <th>
                <span class="visually-hidden">What to do</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {sorted.map(({ id, status, matchers, endsAt, createdBy, comment }) => (
              <tr key={id}>
                <td>{status.state}</td>
                <td>
                  <code>{matchers.map(matcherText).join(', ')}</code>
                </td>
                <td>{new Date(endsAt).toLocaleString()}</td>
                <td>{createdBy}</td>
                <td>{comment}</td>
                <td>
                  {status.state !== 'expired' && (
                    <button
                      onClick={() => {
                        expireSilence(id).then(
                          () => void refreshed.value++,
                          (problem: unknown) =>
                            setError(problem instanceof Error ? problem : new Error(String(problem))),
                        );
                      }}
                    >
                      End it
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
