import type { ComponentChildren } from 'preact';

/** A heading and what belongs to it. */
export function Section({
  id,
  title,
  children,
}: {
  readonly id: string;
  readonly title: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

interface StateTableProps {
  readonly columns: readonly string[];
  /** Which of them hold numbers. */
  readonly numbers?: readonly string[];
  readonly children: ComponentChildren;
}

/** A table on a card; its first column has the heads of the rows. */
export function StateTable({ columns, numbers = [], children }: StateTableProps) {
  return (
    <div class="card service-table">
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" class={numbers.includes(column) ? 'number' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
