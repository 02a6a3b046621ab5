import type { ComponentChildren } from 'preact';
import { type OperationDifference, type Presence, type RunComparison, compareRuns } from '../../api/runs.ts';
import { useTitle } from '../../app/title.ts';
import { momentTime, duration } from '../../parts/format.ts';
import { Problem } from '../../parts/problem.tsx';
import { href } from '../../state/location.ts';
import { useQuery } from '../../state/use-query.ts';
import { changeText, differenceCells, resourceText } from './difference-text.ts';

/** Two runs side by side: what changed for users first, then what it used, then what it said. */
export function Comparison({ before, after }: { readonly before: string; readonly after: string }) {
  const { data, error } = useQuery(
    `compare ${before} ${after}`,
    (signal) => compareRuns(before, after, signal),
    {
      live: false,
    },
  );
  useTitle(data === undefined ? 'Compare runs' : `${data.after.service}: two runs`);
  return (
    <div class="stack" aria-busy={data === undefined && error === undefined}>
      <p>
        <a href={href('/runs')}>‹ All runs</a>
      </p>
      {error !== undefined && <Problem what="The runs could not be compared" error={error} />}
      {data !== undefined && <Compared data={data} />}
    </div>
  );
}

function Compared({ data }: { readonly data: RunComparison }) {
  const { before, after, operations, resources, logs, rule } = data;
  const changed = operations.filter(
    ({ isSignificant, state }) => isSignificant || state !== 'in both',
  ).length;
  return (
    <>
      <div class="runs-pair">
        {[['Before', before] as const, ['After', after] as const].map(([name, run]) => (
          <section key={name} class="card runs-one">
            <h2>{name}</h2>
            <strong>{run.version === '' ? 'no version' : run.version}</strong>
            <span class="muted">
              from {momentTime(run.firstSeenMs).slice(0, -4)}, took requests for {duration(run.seconds)}
            </span>
            <span class="mono muted runs-instance">{run.instance}</span>
          </section>
        ))}
      </div>
      <p class={changed === 0 ? 'ok' : ''}>
        {changed === 0
          ? 'No route, call or query differs by more than chance.'
          : `${changed} of ${operations.length} routes, calls and queries differ by more than chance.`}
      </p>
      <Table
        heading="Routes, calls and queries"
        columns={['What', 'Requests', 'Errors', 'p50', 'p95', 'p99']}
      >
        {operations.map((operation) => (
          <OperationRow key={`${operation.kind} ${operation.name}`} operation={operation} />
        ))}
      </Table>
      <Table heading="What it used" columns={['What', 'Before', 'After', 'Change']}>
        {resources.map(({ name, unit, before: one, after: other, ratio, isSignificant }) => (
          <tr key={name}>
            <td>{name}</td>
            <td class="number">{resourceText(one?.mean, unit)}</td>
            <td class="number">{resourceText(other?.mean, unit)}</td>
            <td class={isSignificant ? 'number runs-changed' : 'number muted'}>{changeText(ratio)}</td>
          </tr>
        ))}
      </Table>
      {logs.errors.length > 0 && (
        <Table heading="Errors" columns={['Error', '', 'Lines before', 'Lines after']}>
          {logs.errors.map(({ fingerprint, type, message, state, beforeLines, afterLines }) => (
            <tr key={fingerprint}>
              <td>
                <strong>{type}</strong> {message}
              </td>
              <td>
                <PresenceMark state={state} />
              </td>
              <td class="number">{beforeLines}</td>
              <td class="number">{afterLines}</td>
            </tr>
          ))}
        </Table>
      )}
      {logs.patterns.length > 0 && (
        <Table heading="Log lines" columns={['Pattern', '', 'Lines before', 'Lines after']}>
          {logs.patterns.map(({ pattern, level, state, beforeLines, afterLines }) => (
            <tr key={`${level} ${pattern}`}>
              <td>
                <span class="muted">{level}</span> <code>{pattern}</code>
              </td>
              <td>
                <PresenceMark state={state} />
              </td>
              <td class="number">{beforeLines}</td>
              <td class="number">{afterLines}</td>
            </tr>
          ))}
        </Table>
      )}
      <p class="muted">{rule}</p>
    </>
  );
}

interface TableProps {
  readonly heading: string;
  readonly columns: readonly string[];
  readonly children: ComponentChildren;
}

function Table({ heading, columns, children }: TableProps) {
  return (
    <section class="card runs-table">
      <h2 class="runs-service">{heading}</h2>
      <table>
        <thead>
          <tr>
            {columns.map((column, index) => (
              <th key={column} class={index === 0 || column === '' ? '' : 'number'}>
                {column === '' ? <span class="visually-hidden">In which</span> : column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function OperationRow({ operation }: { readonly operation: OperationDifference }) {
  const { kind, name, state } = operation;
  return (
    <tr>
      <td>
        <span class="muted">{kind}</span> {name} <PresenceMark state={state} />
      </td>
      {differenceCells(operation).map(({ column, text, isSignificant }) => (
        <td key={column} class={isSignificant ? 'number runs-changed' : 'number'}>
          {text}
        </td>
      ))}
    </tr>
  );
}

function PresenceMark({ state }: { readonly state: Presence }) {
  return state === 'in both' ? null : <span class="runs-presence">{state}</span>;
}
