import type { FoundTrace } from '../../api/tempo.ts';
import { momentTime, duration } from '../../parts/format.ts';
import { visibleText } from '../../parts/visible-text.ts';
import { href, setParams } from '../../state/location.ts';
import { type SortKey, type Sorting, nextSorting, writeSorting } from './sort-traces.ts';

interface TraceTableProps {
  readonly traces: readonly FoundTrace[];
  readonly sorting: Sorting;
  readonly colours: ReadonlyMap<string, string>;
}

const SERVICES_SHOWN = 4;

/** What a search found, a trace a row. */
export function TraceTable({ traces, sorting, colours }: TraceTableProps) {
  const longestMs = traces.reduce((most, { durationMs }) => Math.max(most, durationMs), 1);
  return (
    <div class="trace-table card">
      <table>
        <thead>
          <tr>
            <Heading sortKey="start" sorting={sorting}>
              Start
            </Heading>
            <Heading sortKey="name" sorting={sorting}>
              Service, operation
            </Heading>
            <Heading sortKey="duration" sorting={sorting}>
              Duration
            </Heading>
            <Heading sortKey="spans" sorting={sorting} isNumber>
              Spans
            </Heading>
            <Heading sortKey="errors" sorting={sorting} isNumber>
              Failed
            </Heading>
            <th>Services</th>
          </tr>
        </thead>
        <tbody>
          {traces.map((trace) => (
            <tr key={trace.id}>
              <td class="mono">{momentTime(trace.startMs)}</td>
              <td class="trace-table-name">
                <a href={href(`/trace/${trace.id}`)}>
                  {trace.rootService === '' ? (
                    <em>root not received</em>
                  ) : (
                    <>
                      <strong>{visibleText(trace.rootService)}</strong> {visibleText(trace.rootName)}
                    </>
                  )}
                </a>
              </td>
              <td class="trace-table-duration">
                <span>{durationText(trace.durationMs)}</span>
                <span class="trace-table-track" aria-hidden="true">
                  <span
                    class={trace.errors > 0 ? 'trace-table-bar trace-table-bar-failed' : 'trace-table-bar'}
                    style={{ width: `${(trace.durationMs / longestMs) * 100}%` }}
                  />
                </span>
              </td>
              <td class="number">{trace.spans}</td>
              <td class={trace.errors > 0 ? 'number bad' : 'number muted'}>{trace.errors}</td>
              <td class="trace-table-services">
                {trace.services.slice(0, SERVICES_SHOWN).map(({ name, errors }) => (
                  <span key={name} class="trace-table-service" title={visibleText(name)}>
                    <span class="service-dot" style={{ background: colours.get(name) ?? '' }} />
                    {errors > 0 && <span class="bad">✕ </span>}
                    {visibleText(name)}
                  </span>
                ))}
                {trace.services.length > SERVICES_SHOWN && (
                  <span class="muted">+{trace.services.length - SERVICES_SHOWN}</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Tempo tells whole milliseconds. */
function durationText(ms: number): string {
  return ms === 0 ? '< 1 ms' : duration(ms / 1000);
}

interface HeadingProps {
  readonly sortKey: SortKey;
  readonly sorting: Sorting;
  readonly isNumber?: boolean;
  readonly children: string;
}

function Heading({ sortKey, sorting, isNumber = false, children }: HeadingProps) {
  const isSorted = sorting.key === sortKey;
  const direction = sorting.isDescending ? 'descending' : 'ascending';
  return (
    <th class={isNumber ? 'number' : undefined} aria-sort={isSorted ? direction : undefined}>
      <button
        class="plain sort-button"
        onClick={() => setParams({ sort: writeSorting(nextSorting(sorting, sortKey)) })}
      >
        {children}
        <span aria-hidden="true">{isSorted ? (sorting.isDescending ? '↓' : '↑') : ''}</span>
      </button>
    </th>
  );
}
