import { useMemo, useState } from 'preact/hooks';
import { labelNames, queryInstant } from '../../api/prometheus.ts';
import { Problem } from '../../parts/problem.tsx';
import { VirtualList } from '../../parts/virtual-list.tsx';
import { timeRange } from '../../state/time-range.ts';
import { useQuery } from '../../state/use-query.ts';
import { metricMetadata, metricNames } from './promql-client.ts';
import { labelText, metricText } from './written-name.ts';

interface MetricBrowserProps {
  /** Puts a text into the query that was last looked at. */
  readonly onPick: (text: string) => void;
}

const ROW_PX = 40;
const MAX_VALUES = 200;

/** What there is: metrics with what they mean, and the labels of one with their values. */
export function MetricBrowser({ onPick }: MetricBrowserProps) {
  const [search, setSearch] = useState('');
  const [metric, setMetric] = useState<string | undefined>(undefined);
  const { data, error } = useQuery('metrics', async () => {
    const [names, about] = await Promise.all([metricNames(), metricMetadata()]);
    return names.map((name) => {
      const [known] = about[name] ?? about[name.replace(/_(?:bucket|count|sum|total)$/, '')] ?? [];
      return { name, type: known?.type ?? '', help: known?.help ?? '' };
    });
  });
  const found = useMemo(() => {
    const words = search
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '');
    return (data ?? []).filter(({ name, help }) => {
      const text = `${name} ${help}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [data, search]);
  return (
    <section class="metric-browser card" aria-label="Metrics">
      <input
        type="search"
        aria-label="Search metrics by name and meaning"
        placeholder="Search by name or meaning"
        value={search}
        onInput={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      {error !== undefined && <Problem what="The metrics could not be read" error={error} />}
      <p class="muted">{data === undefined ? 'Loading…' : `${found.length} of ${data.length} metrics`}</p>
      <div class="metric-list">
        <VirtualList
          items={found}
          rowHeight={ROW_PX}
          label="Metrics"
          keyOf={({ name }) => name}
          row={({ name, type, help }) => (
            <button
              class="plain metric"
              aria-pressed={metric === name}
              title={help}
              onClick={() => setMetric(name)}
              onDblClick={() => onPick(metricText(name))}
            >
              <span class="mono">{name}</span>
              <span class="muted">
                {type} {help}
              </span>
            </button>
          )}
        />
      </div>
      {metric !== undefined && <Labels metric={metric} onPick={onPick} />}
    </section>
  );
}

function Labels({ metric, onPick }: { readonly metric: string; readonly onPick: (text: string) => void }) {
  const [label, setLabel] = useState<string | undefined>(undefined);
  const { data = [] } = useQuery(
    `labels ${metric}`,
    (signal) => labelNames([`{__name__=${JSON.stringify(metric)}}`], signal),
    {
      live: false,
    },
  );
  return (
    <div class="metric-labels">
      <div class="row">
        <strong class="mono metric-name">{metric}</strong>
        <button onClick={() => onPick(metricText(metric))}>Put it in</button>
      </div>
      <ul>
        {data
          .filter((name) => name !== '__name__')
          .map((name) => (
            <li key={name}>
              <button
                class="plain mono"
                aria-expanded={label === name}
                onClick={() => setLabel(label === name ? undefined : name)}
              >
                {label === name ? '▾' : '▸'} {name}
              </button>
              {label === name && <Values metric={metric} label={name} onPick={onPick} />}
            </li>
          ))}
      </ul>
    </div>
  );
}

interface ValuesProps {
  readonly metric: string;
  readonly label: string;
  readonly onPick: (text: string) => void;
}

function Values({ metric, label, onPick }: ValuesProps) {
  const { data, error } = useQuery(
    JSON.stringify([metric, label]),
    (signal) =>
      queryInstant(
        `count by (${labelText(label)}) ({__name__=${JSON.stringify(metric)}})`,
        timeRange.peek().endMs,
        signal,
      ),
    { live: false },
  );
  if (error !== undefined) return <Problem what="Its values could not be read" error={error} />;
  const values = (data ?? [])
    .map(({ labels, values: [count = 0] }) => ({ value: labels[label] ?? '', count }))
    .toSorted((one, other) => other.count - one.count);
  return (
    <ul>
      {values.slice(0, MAX_VALUES).map(({ value, count }) => (
        <li key={value} class="metric-value">
          <button
            class="plain mono"
            title={`${label}=${value}`}
            onClick={() => onPick(`${labelText(label)}=${JSON.stringify(value)}`)}
          >
            {value === '' ? '(none)' : value}
          </button>
          <span class="muted">{count} series</span>
        </li>
      ))}
      {values.length > MAX_VALUES && <li class="muted">and {values.length - MAX_VALUES} more</li>}
    </ul>
  );
}
