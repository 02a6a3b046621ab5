import { ago, shortNumber } from '../../parts/format.ts';
import { evidenceOf } from '../../parts/service-name.ts';
import { cutText, visibleText } from '../../parts/visible-text.ts';
import { href } from '../../state/location.ts';
import { hasTwin, linesOfGroup } from './group-errors.ts';
import { ERROR_LINES, type LoadedService } from './load-service.ts';

const SHOWN = 8;

/** What went wrong lately, each error once: how often, since when, and a trace of it. */
export function ErrorGroups({ name, loaded }: { readonly name: string; readonly loaded: LoadedService }) {
  const { errors, errorLines } = loaded;
  const { errorLogs } = evidenceOf(name);
  return (
    <section aria-labelledby="service-errors">
      <h2 id="service-errors">Newest errors</h2>
      {errors.length === 0 ? (
        <p class="muted">
          <span class="ok">✓</span> No line of level error or fatal in this time range.
        </p>
      ) : (
        <div class="card service-table">
          <table>
            <thead>
              <tr>
                <th scope="col">Error</th>
                <th scope="col" class="number">
                  Lines
                </th>
                <th scope="col">Last</th>
                <th scope="col">First here</th>
                <th scope="col">Evidence</th>
              </tr>
            </thead>
            <tbody>
              {errors.slice(0, SHOWN).map((group) => {
                const { key, fingerprint, message, error, count, lastMs, firstMs, traceId } = group;
                return (
                  <tr key={key}>
                    <th scope="row" class="service-error">
                      <bdi>{visibleText(cutText(message, 200).text, { oneLine: true })}</bdi>
                      {error !== '' && (
                        <bdi class="service-error-cause mono">
                          {visibleText(cutText(error, 240).text, { oneLine: true })}
                        </bdi>
                      )}
                      {fingerprint !== undefined && hasTwin(group, errors) && (
                        <small class="muted">from another place: fingerprint {fingerprint.slice(0, 8)}</small>
                      )}
                    </th>
                    <td class="number">{shortNumber(count)}</td>
                    <td>{ago(lastMs, Date.now())}</td>
                    <td>{ago(firstMs, Date.now())}</td>
                    <td>
                      <span class="row">
                        <a href={href('/logs', { query: queryOf(errorLogs, fingerprint, message) })}>lines</a>
                        {traceId !== undefined && /^[0-9a-f]{16,32}$/i.test(traceId) && (
                          <a href={href(`/trace/${traceId}`)}>trace</a>
                        )}
                      </span>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
      {errors.length > SHOWN && (
        <p class="muted service-note">
          and {errors.length - SHOWN} more: <a href={href('/logs', { query: errorLogs })}>all error lines</a>
        </p>
      )}
      {errorLines >= ERROR_LINES && (
        <p class="muted service-note">Counted in the newest {shortNumber(ERROR_LINES)} error lines.</p>
      )}
    </section>
  );
}

/** The fingerprint is in the line, or, by OTLP, in its metadata. */
function queryOf(errorLogs: string, fingerprint: string | undefined, message: string): string {
  if (fingerprint !== undefined && /^[0-9a-f]{8,64}$/.test(fingerprint)) {
    return `${errorLogs} | json | err_fingerprint="${fingerprint}" or err=~".*${fingerprint}.*"`;
  }
  return linesOfGroup(errorLogs, message);
}
