import { useMemo, useState } from 'preact/hooks';
import { VirtualList } from '../../parts/virtual-list.tsx';
import type { FoundSeries } from './ask-metrics.ts';
import { seriesName } from './series-name.ts';

interface ExploreTableProps {
  readonly found: readonly FoundSeries[];
  readonly onAll: () => void;
}

const ROW_PX = 26;

/** The values at the end of the range, any number of them. */
export function ExploreTable({ found, onAll }: ExploreTableProps) {
  const [order, setOrder] = useState<'found' | 'up' | 'down'>('found');
  const rows = useMemo(() => {
    const all = found.flatMap(({ series }, index) =>
      series.map(({ labels, values }) => ({
        name: seriesName(labels, 'value', found.length > 1 ? index : undefined),
        value: values.at(-1) ?? Number.NaN,
      })),
    );
    if (order === 'found') return all;
    const direction = order === 'down' ? -1 : 1;
    return all.toSorted((one, other) => direction * (one.value - other.value));
  }, [found, order]);
  const total = found.reduce((sum, each) => sum + each.total, 0);
  if (rows.length === 0) return <p class="muted">Nothing was found at this time.</p>;
  return (
    <div class="stack">
      <div class="row muted">
        <span>{total > rows.length ? `Showing ${rows.length} of ${total} series` : `${total} series`}</span>
        {total > rows.length && <button onClick={onAll}>Show all</button>}
        <span class="grow" />
        <button onClick={() => setOrder(order === 'down' ? 'up' : order === 'up' ? 'found' : 'down')}>
          Value {order === 'down' ? '↓' : order === 'up' ? '↑' : ''}
        </button>
      </div>
      <div class="card explore-table">
        <VirtualList
          items={rows}
          rowHeight={ROW_PX}
          label="Series and values"
          keyOf={(_, index) => String(index)}
          row={({ name, value }) => (
            <span class="explore-row mono">
              <span class="explore-name" title={name}>
                {name}
              </span>
              <span class="explore-value">{String(value)}</span>
            </span>
          )}
        />
      </div>
    </div>
  );
}
