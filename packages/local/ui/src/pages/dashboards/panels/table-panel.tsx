import { useMemo, useState } from 'preact/hooks';
import { href } from '../../../state/location.ts';
import { linksOf } from '../model/data-links.ts';
import type { ResolvedField } from '../model/field-config.ts';
import { rowCount } from '../model/frame.ts';
import { asList, asNumber, asRecord, asText, asTexts } from '../model/json.ts';
import { compareValues } from '../model/order-rows.ts';
import { calculatedText } from './time-series-panel.tsx';
import { LinkedValue } from './links.tsx';
import type { PanelView } from './panel-view.ts';

const MAX_ROWS = 500;
const MIN_COLUMN_PX = 110;

interface Sort {
  readonly field: ResolvedField;
  readonly down: boolean;
}

/** Rows as they come, sorted by a click on a heading. */
export function TablePanel({ panel, fields, scope }: PanelView) {
  const frames = useMemo(() => [...new Set(fields.map(({ frame }) => frame))], [fields]);
  const [chosen, setChosen] = useState(asNumber(panel.options['frameIndex']) ?? 0);
  const frame = frames[Math.min(chosen, frames.length - 1)];
  const columns = useMemo(
    () =>
      fields.filter(
        (each) =>
          each.frame === frame &&
          each.custom['hidden'] !== true &&
          asRecord(each.custom['hideFrom'])['viz'] !== true,
      ),
    [fields, frame],
  );
  const [sorted, setSorted] = useState<{ readonly name: string; readonly down: boolean } | undefined>(() => {
    const [first] = asList(panel.options['sortBy']).map(asRecord);
    return first === undefined
      ? undefined
      : { name: asText(first['displayName']), down: first['desc'] === true };
  });
  const sort = useMemo((): Sort | undefined => {
    const field = columns.find(({ name }) => name === sorted?.name);
    return field === undefined || sorted === undefined ? undefined : { field, down: sorted.down };
  }, [columns, sorted]);
  const rows = frame === undefined ? 0 : rowCount(frame);
  const order = useMemo(() => {
    const all = Array.from({ length: rows }, (_, index) => index);
    if (sort === undefined) return all;
    const { values } = sort.field.field;
    return all.toSorted((one, other) => compareValues(values[one], values[other], sort.down) || one - other);
  }, [rows, sort]);
  const shown = order.slice(0, MAX_ROWS);
  const footer = asRecord(panel.options['footer']);
  const reducers = footer['show'] === true ? asTexts(footer['reducer']) : [];

  return (
    <div class="panel-table" tabIndex={0} role="region" aria-label={`${panel.title}, table`}>
      {frames.length > 1 && (
        <select
          aria-label="Table"
          value={chosen}
          onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
        >
          {frames.map((each, index) => (
            <option key={index} value={index}>
              {each.name ?? fields.findLast(({ frame: own }) => own === each)?.name ?? String(index)}
            </option>
          ))}
        </select>
      )}
      <table
        style={{
          minWidth: `${columns.reduce((sum, { custom }) => sum + (asNumber(custom['width']) ?? MIN_COLUMN_PX), 0)}px`,
        }}
      >
        {panel.options['showHeader'] !== false && (
          <thead>
            <tr>
              {columns.map((column) => {
                const direction = sort?.field !== column ? undefined : sort.down ? 'descending' : 'ascending';
                return (
                  <th key={column.name} class={alignOf(column)} style={widthOf(column)} aria-sort={direction}>
                    <button
                      class="plain"
                      onClick={() => setSorted({ name: column.name, down: direction !== 'descending' })}
                    >
                      {column.name}
                      {direction !== undefined && (sort?.down === true ? ' ↓' : ' ↑')}
                    </button>
                  </th>
                );
              })}
            </tr>
          </thead>
        )}
        <tbody>
          {shown.map((row) => (
            <Row key={row} row={row} columns={columns} scope={scope} />
          ))}
        </tbody>
        {reducers.length > 0 && (
          <tfoot>
            <tr>
              {columns.map((column, index) => (
                <td key={column.name} class={alignOf(column)}>
                  {column.field.type === 'number'
                    ? reducers.map((id) => calculatedText(column, id)).join(' ')
                    : index === 0
                      ? reducers.join(' ')
                      : ''}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
      {rows > shown.length && (
        <p class="muted">
          Showing {shown.length} of {rows} rows.
        </p>
      )}
    </div>
  );
}

interface RowProps {
  readonly row: number;
  readonly columns: readonly ResolvedField[];
  readonly scope: PanelView['scope'];
}

function Row({ row, columns, scope }: RowProps) {
  // Links that all columns have stand on the first text alone, rather than on each.
  const seen = new Set<readonly unknown[] | string>();
  const first = columns.find(({ field }) => field.type === 'string') ?? columns[0];
  return (
    <tr>
      {columns.map((column) => {
        const { field } = column;
        const value = field.values[row];
        const { text, colour } = column.show(value);
        const key = JSON.stringify(column.links);
        const isShared = columns.every(({ links }) => JSON.stringify(links) === key);
        const links =
          seen.has(key) || (isShared && column !== first) ? [] : linksOf(column, row, columns, scope);
        if (links.length > 0) seen.add(key);
        return (
          <td key={column.name} class={alignOf(column)}>
            <Cell column={column} value={value} text={text} colour={colour}>
              {field.kind === 'trace-id' && typeof value === 'string' ? (
                <a class="mono" href={href(`/trace/${encodeURIComponent(value)}`)} title={value}>
                  {value.slice(0, 12)}
                </a>
              ) : (
                <LinkedValue text={text} links={links} />
              )}
            </Cell>
          </td>
        );
      })}
    </tr>
  );
}

interface CellProps {
  readonly column: ResolvedField;
  readonly value: unknown;
  readonly text: string;
  readonly colour: string | undefined;
  readonly children: preact.ComponentChildren;
}

function Cell({ column, value, text, colour, children }: CellProps) {
  const type = asText(asRecord(column.custom['cellOptions'])['type'], asText(column.custom['displayMode']));
  if (type === 'color-text' && colour !== undefined) {
    return (
      <span
        title={text}
        style={{
          color: colour.startsWith('var(') ? colour : `color-mix(in srgb, ${colour} 60%, var(--text))`,
        }}
      >
        {children}
      </span>
    );
  }
  if (type.startsWith('color-background') && colour !== undefined) {
    return (
      <span
        class="cell-filled"
        title={text}
        style={{ background: `color-mix(in srgb, ${colour} 24%, var(--surface))` }}
      >
        {children}
      </span>
    );
  }
  if (/gauge/.test(type) && typeof value === 'number') {
    const numbers = column.field.values.filter((each) => typeof each === 'number');
    const min = column.min ?? Math.min(0, ...numbers);
    const max = column.max ?? Math.max(...numbers);
    const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
    return (
      <span class="cell-gauge">
        <span class="bar-ground bar-unfilled">
          <span
            class="bar-fill"
            style={{ width: `${share * 100}%`, background: colour ?? 'var(--accent)' }}
          />
        </span>
        {children}
      </span>
    );
  }
  return <span title={text}>{children}</span>;
}

function alignOf({ field, custom }: ResolvedField): string | undefined {
  const align = asText(custom['align'], 'auto');
  if (align === 'right' || (align === 'auto' && field.type === 'number')) return 'number';
  return align === 'center' ? 'center' : undefined;
}

function widthOf({ custom }: ResolvedField): { readonly width?: string } {
  const width = asNumber(custom['width']);
  return width === undefined ? {} : { width: `${width}px` };
}
