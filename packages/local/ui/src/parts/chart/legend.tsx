import './legend.css';
import { Menu } from '../menu.tsx';

export interface LegendItem {
  readonly name: string;
  readonly colour: string;
  /** One text a calculation. */
  readonly values: readonly string[];
  readonly hidden: boolean;
  /** Where one can go on from here. */
  readonly more?: readonly { readonly title: string; readonly href: string }[];
}

interface LegendProps {
  readonly items: readonly LegendItem[];
  /** What the values are: `Mean`, `Max`. */
  readonly columns: readonly string[];
  readonly mode: 'list' | 'table';
  /** Shows this series alone, or all again; with `add` it changes this one alone. */
  readonly onPick: (name: string, add: boolean) => void;
}

/** What the lines are, and what they come to. A click shows one alone, with the control key one more. */
export function Legend({ items, columns, mode, onPick }: LegendProps) {
  const name = (item: LegendItem) => (
    <>
      <button
        class="plain legend-name"
        aria-pressed={!item.hidden}
        title={item.name}
        onClick={(event) => onPick(item.name, event.ctrlKey || event.metaKey)}
      >
        <i style={{ background: item.colour }} />
        {item.name}
      </button>
      {item.more !== undefined && item.more.length > 0 && (
        <Menu label={`More about ${item.name}`} sign="▾">
          {item.more.map(({ title, href }) => (
            <li key={title}>
              <a href={href}>{title}</a>
            </li>
          ))}
        </Menu>
      )}
    </>
  );
  if (mode === 'list') {
    return (
      <ul class="legend legend-list">
        {items.map((item) => (
          <li key={item.name} class={item.hidden ? 'legend-hidden' : undefined}>
            {name(item)}
            {item.values.map((value, index) => (
              <span key={columns[index]} class="muted">
                {' '}
                {columns[index]}: {value}
              </span>
            ))}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <table class="legend legend-table">
      <thead>
        <tr>
          <th>Name</th>
          {columns.map((column) => (
            <th key={column} class="number">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => (
          <tr key={item.name} class={item.hidden ? 'legend-hidden' : undefined}>
            <td>{name(item)}</td>
            {item.values.map((value, index) => (
              <td key={columns[index]} class="number">
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Which series are not drawn, after a click on one. */
export function pickSeries(
  hidden: ReadonlySet<string>,
  names: readonly string[],
  name: string,
  add: boolean,
): ReadonlySet<string> {
  if (add) {
    const next = new Set(hidden);
    if (!next.delete(name)) next.add(name);
    return next;
  }
  const isAlone = !hidden.has(name) && hidden.size === names.length - 1 && names.length > 1;
  return isAlone ? new Set() : new Set(names.filter((each) => each !== name));
}
