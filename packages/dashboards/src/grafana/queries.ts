import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder as LokiBuilder } from '@grafana/grafana-foundation-sdk/loki';
import {
  PromQueryFormat,
  DataqueryBuilder as PrometheusBuilder,
} from '@grafana/grafana-foundation-sdk/prometheus';
import {
  MetricsQueryType,
  SearchTableType,
  DataqueryBuilder as TempoBuilder,
} from '@grafana/grafana-foundation-sdk/tempo';
import type { LogQuery, Panel, PromQuery, Query, TraceQuery } from '../panels/panel.ts';
import { type DataSourceType, dataSourceRef } from '../variables.ts';

const dataSources = { promql: 'prometheus', logql: 'loki', traceql: 'tempo' } as const;

/** Which data source answers a query. */
export function dataSourceOf(query: Query): DataSourceType {
  return dataSources[query.language];
}

/** The letter that a query goes by: A, B, … */
export function refId(index: number): string {
  return String.fromCodePoint('A'.codePointAt(0)! + index);
}

/** What Grafana sends for a query of a panel. */
export function targetOf(panel: Panel, query: Query, index: number): cog.Builder<cog.Dataquery> {
  if (query.language === 'promql') return prometheusTarget(panel, query, index);
  return query.language === 'logql' ? lokiTarget(query, index) : tempoTarget(query, index);
}

function prometheusTarget({ view }: Panel, query: PromQuery, index: number): PrometheusBuilder {
  const builder = new PrometheusBuilder()
    .refId(refId(index))
    .datasource(dataSourceRef('prometheus'))
    .expr(query.expr);
  if (view === 'heatmap') builder.format(PromQueryFormat.Heatmap);
  else if (view === 'table') builder.format(PromQueryFormat.Table);
  if (query.legend !== undefined) builder.legendFormat(query.legend);
  if (query.exemplars) builder.exemplar(true);
  return query.instant ? builder.instant() : builder.range();
}

function lokiTarget(query: LogQuery, index: number): LokiBuilder {
  const builder = new LokiBuilder()
    .refId(refId(index))
    .datasource(dataSourceRef('loki'))
    .expr(query.expr)
    .queryType(query.instant ? 'instant' : 'range');
  if (query.legend !== undefined) builder.legendFormat(query.legend);
  if (query.maxLines !== undefined) builder.maxLines(query.maxLines);
  return builder;
}

function tempoTarget(query: TraceQuery, index: number): TempoBuilder {
  const builder = new TempoBuilder().refId(refId(index)).datasource(dataSourceRef('tempo'));
  if (query.kind === 'service-map') {
    const edges = query.orExpr === undefined ? query.expr : [query.expr, query.orExpr];
    return builder.queryType('serviceMap').serviceMapQuery(edges);
  }
  builder.queryType('traceql').query(query.expr);
  if (query.kind === 'metrics') return builder.metricsQueryType(MetricsQueryType.Range);
  return builder.tableType(SearchTableType.Traces).limit(query.limit ?? 20);
}
