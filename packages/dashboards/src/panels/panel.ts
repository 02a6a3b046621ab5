/** What a panel asks, in the language of one of the three data sources. */
export type Query = PromQuery | LogQuery | TraceQuery;

/** A query to Prometheus. */
export interface PromQuery {
  readonly language: 'promql';
  readonly expr: string;
  /** The name of each line: `{{job}}`. In a table the title of the column. */
  readonly legend?: string;
  /** Only the newest value, which costs one point in place of hundreds. */
  readonly instant?: true;
  /** Ask for exemplars too: points that lead to traces. Only for what reads a histogram. */
  readonly exemplars?: true;
  /** In a table: the unit of the column, where it is not that of the panel. */
  readonly unit?: string;
  /** In a table: the thresholds of the column. */
  readonly thresholds?: readonly Threshold[];
  /** In a table: only its labels are shown, as its value says nothing. */
  readonly labelsOnly?: true;
}

/** A query to Loki. */
export interface LogQuery {
  readonly language: 'logql';
  readonly expr: string;
  readonly legend?: string;
  readonly instant?: true;
  /** Most lines. */
  readonly maxLines?: number;
}

/** A query to Tempo: a search, numbers over spans, or the map of services. */
export interface TraceQuery {
  readonly language: 'traceql';
  /** For the map of services a selector of its edges, in PromQL. */
  readonly expr: string;
  /** For the map of services: edges that are there besides. */
  readonly orExpr?: string;
  readonly kind: 'search' | 'metrics' | 'service-map';
  /** Most traces. */
  readonly limit?: number;
}

/** Where a value begins to be too much, or with `below` ends to be enough. */
export interface Threshold {
  readonly value: number;
  readonly severity: 'warning' | 'critical';
  readonly below?: true;
}

/** A way from a panel, or from one value in it, to what explains it. */
export interface PanelLink {
  readonly title: string;
  readonly url: string;
}

/** What a number means, for values that are states. */
export type ValueTexts = Readonly<Record<string, { readonly text: string; readonly color: string }>>;

/** How a panel is drawn. */
export type View =
  | 'timeseries'
  | 'stat'
  | 'table'
  | 'heatmap'
  | 'state-timeline'
  | 'bar-gauge'
  | 'logs'
  | 'node-graph';

/** One panel: a question, the queries that answer it, and how to read the answer. */
export interface Panel {
  readonly view: View;
  /** A question. */
  readonly title: string;
  /** How to read the answer, and what to do about it. */
  readonly description: string;
  /** A unit of Grafana, such as `s` or `percentunit`. */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** What to switch on when there is nothing to see. It stands in the panel in place of "No data". */
  readonly noData: string;
  /** Whether there is something to see while a service runs under load; otherwise why there may be nothing. */
  readonly expects: 'series' | { readonly maybeEmpty: string };
  readonly thresholds?: readonly Threshold[];
  /** Alerts that compare the same with the same; each is a link of the panel. */
  readonly alerts?: readonly string[];
  /** Links of the panel. */
  readonly links?: readonly PanelLink[];
  /** Links of each value in it; `${__field.labels.job}` stands for a label, `${__data.fields.job}` for a column. */
  readonly valueLinks?: readonly PanelLink[];
  /** Of 24 columns. */
  readonly width?: number;
  /** In steps of 30 pixels. */
  readonly height?: number;
  readonly stacked?: true;
  readonly max?: number;
  readonly decimals?: number;
  /** The name of the series that has none of the labels in the legend. */
  readonly unlabelled?: string;
  /** Heatmaps: the unit of what is counted; `unit` is that of the buckets. */
  readonly cellUnit?: string;
  readonly valueTexts?: ValueTexts;
  /** Tables: titles of label columns; a label that is not here is not shown. */
  readonly columns?: Readonly<Record<string, string>>;
  /** Tables: the title of the column that is sorted by, largest first. */
  readonly sortBy?: string;
}

/** A query to Prometheus over the time of the dashboard. */
export function promql(expr: string, legend?: string): PromQuery {
  return { language: 'promql', expr, ...(legend === undefined ? {} : { legend }) };
}

/** A query to Prometheus over a histogram, with the traces behind it. */
export function withExemplars(expr: string, legend?: string): PromQuery {
  return { ...promql(expr, legend), exemplars: true };
}

/** A query to Prometheus for now. */
export function now(expr: string, legend?: string): PromQuery {
  return { ...promql(expr, legend), instant: true };
}

/** One column of a table. */
export function column(
  title: string,
  expr: string,
  unit: string,
  thresholds?: readonly Threshold[],
): PromQuery {
  return { ...now(expr, title), unit, ...(thresholds === undefined ? {} : { thresholds }) };
}

/** A query to Loki over the time of the dashboard. */
export function logql(expr: string, legend?: string): LogQuery {
  return { language: 'logql', expr, ...(legend === undefined ? {} : { legend }) };
}

/** A search for traces. */
export function traceSearch(expr: string, limit = 20): TraceQuery {
  return { language: 'traceql', expr, kind: 'search', limit };
}

/** Numbers over spans. */
export function traceMetrics(expr: string): TraceQuery {
  return { language: 'traceql', expr, kind: 'metrics' };
}

/** Too much at one value. */
export function above(value: number, severity: Threshold['severity'] = 'critical'): readonly Threshold[] {
  return [{ value, severity }];
}

/** Too little at one value. */
export function below(value: number, severity: Threshold['severity'] = 'critical'): readonly Threshold[] {
  return [{ value, severity, below: true }];
}
