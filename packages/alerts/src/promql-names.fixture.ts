import { labels as labelCatalogue, metrics } from '@sightline/conventions';
import { parser } from '@prometheus-io/lezer-promql';
import { targetLabels } from './promql.ts';
import { foreignMetrics } from './rules/foreign-metrics.ts';

/** One selector in an expression: the name and the labels that it matches. */
interface Selected {
  readonly name: string;
  readonly labels: readonly string[];
}

interface Read {
  readonly selected: readonly Selected[];
  /** In `by`, `on` and `group_left`. */
  readonly grouped: readonly string[];
  readonly errors: readonly string[];
}

/** What an expression reads, by the grammar of Prometheus itself. */
function readsOf(expr: string): Read {
  const selected: Selected[] = [];
  const grouped: string[] = [];
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) errors.push(`at ${node.from} of ${expr}`);
      if (node.name === 'GroupingLabels') {
        grouped.push(...(expr.slice(node.from, node.to).match(/\w+/g) ?? []));
      }
      if (node.name !== 'VectorSelector') return;
      const text = expr.slice(node.from, node.to);
      const [name = ''] = /^[\w:]*/.exec(text) ?? [];
      selected.push({
        name,
        labels: Array.from(text.matchAll(/(\w+)\s*(?:=~|!=|!~|=)\s*"/g), (match) => match[1] ?? ''),
      });
    },
  });
  return { selected, grouped, errors };
}

/** The labels of the targets, and those that the form of a histogram has. */
const common: ReadonlySet<string> = new Set([...targetLabels, 'le']);

function labelsOf(name: string): readonly string[] | undefined {
  const base = name.replace(/_(?:bucket|count|sum)$/, '');
  const own = metrics as Readonly<
    Record<string, { readonly type: string; readonly labels: readonly string[] }>
  >;
  const foreign = foreignMetrics as Readonly<Record<string, { readonly labels: readonly string[] }>>;
  if (own[base]?.type === 'histogram' && base !== name) return own[base].labels;
  const found = own[name];
  return found && found.type !== 'histogram' ? found.labels : foreign[name]?.labels;
}

/** The labels from before the semantic conventions, which recorded series have besides. */
const oldLabels: ReadonlySet<string> = new Set(['method', 'route', 'status_code']);

/** Every name and label of an expression that neither the catalogue nor what is recorded has. */
export function nameProblems(expr: string, recorded: ReadonlySet<string>): readonly string[] {
  const { selected, grouped, errors } = readsOf(expr);
  const foreignLabels = new Set(
    Object.values(foreignMetrics).flatMap(({ labels }) => labels as readonly string[]),
  );
  return [
    ...errors,
    ...selected.flatMap(({ name, labels }) => {
      if (recorded.has(name)) return [];
      const known = labelsOf(name);
      if (!known) return [`${name} is in no catalogue`];
      return labels
        .filter((label) => !known.includes(label) && !common.has(label))
        .map((label) => `${name} has no label ${label}`);
    }),
    ...grouped
      .filter(
        (label) =>
          !(label in labelCatalogue) &&
          !common.has(label) &&
          !foreignLabels.has(label) &&
          !oldLabels.has(label) &&
          label !== 'slo',
      )
      .map((label) => `${label} is no label`),
  ];
}
