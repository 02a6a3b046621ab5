import type { RuleGroup } from '../../api/prometheus.ts';
import { duration } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';

interface RuleHealthProps {
  readonly groups: readonly RuleGroup[] | undefined;
  readonly error: Error | undefined;
}

const SLOWEST = 3;

/** Whether all rules can be evaluated, and in time. */
export function RuleHealth({ groups, error }: RuleHealthProps) {
  const rules = groups?.flatMap(({ rules: own }) => own) ?? [];
  const failing = rules.filter(({ health, lastError }) => health === 'err' || (lastError ?? '') !== '');
  const slowest = rules
    .filter(({ evaluationTime }) => evaluationTime > 0)
    .toSorted((one, other) => other.evaluationTime - one.evaluationTime)
    .slice(0, SLOWEST);
  return (
    <section aria-labelledby="self-rules">
      <h2 id="self-rules">Rules</h2>
      {error !== undefined && <Problem what="The rules could not be read" error={error} />}
      {groups !== undefined && rules.length === 0 && (
        <p class="muted">
          There are no rules. <code>sightline dev</code> brings those of Sightline;{' '}
          <code>sightline dev --rules ./rules</code> takes your own.
        </p>
      )}
      {rules.length > 0 && (
        <p>
          {failing.length === 0 ? (
            <>
              <span class="ok">✓</span> All {rules.length} rules are evaluated without an error.
            </>
          ) : (
            <strong class="bad">
              {failing.length} of {rules.length} rules fail: what they watch is not watched.
            </strong>
          )}{' '}
          {slowest.length > 0 && (
            <span class="muted">
              The slowest took{' '}
              {slowest.map(({ name, evaluationTime }) => `${duration(evaluationTime)} (${name})`).join(', ')}.
            </span>
          )}{' '}
          <a href={href('/alerts', { tab: 'rules' })}>All rules</a>
        </p>
      )}
      {failing.length > 0 && (
        <div class="card wide">
          <table>
            <thead>
              <tr>
                <th scope="col">Rule</th>
                <th scope="col">Error</th>
              </tr>
            </thead>
            <tbody>
              {failing.map(({ name, lastError = '' }, index) => (
                <tr key={index}>
                  <th scope="row">{visibleText(name, { oneLine: true })}</th>
                  <td class="mono self-error">
                    {visibleText(cutText(lastError, 400).text, { oneLine: true })}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
