import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import type { LogQuery, Panel, PromQuery } from '../panels/panel.ts';
import { thresholdSteps } from './field-config.ts';
import { refId } from './queries.ts';
import type { PanelBuilder } from './views.ts';

/** The columns of a table: which there are, in which order, under which titles, and how wide. */
export function setColumns(builder: PanelBuilder, panel: Panel): void {
  const numbers = panel.queries.filter((query) => query.language !== 'traceql');
  if (numbers.length > 0) setColumnsOfNumbers(builder, panel, numbers);
  else for (const [name, width] of traceColumns) builder.overrideByName(name, [widthOf(width)]);
}

/** Columns of a search for traces that need less room than an equal part of it; the names of the fields in Grafana. */
const traceColumns = [
  ['traceID', 120],
  ['startTime', 170],
  ['traceService', 110],
  ['traceDuration', 100],
] as const;

function setColumnsOfNumbers(
  builder: PanelBuilder,
  panel: Panel,
  queries: readonly (PromQuery | LogQuery)[],
): void {
  const { columns = {}, sortBy, unlabelled = '–' } = panel;
  const isOfLoki = queries.some(({ language }) => language === 'logql');
  // A data source that gives a frame for each set of labels; here each becomes a row.
  if (isOfLoki) builder.withTransformation({ id: 'labelsToFields', options: { mode: 'columns' } });
  builder.withTransformation({ id: 'merge', options: {} });
  const renamed: Record<string, string> = { ...columns };
  for (const [index, query] of queries.entries()) {
    if (isLabelsOnly(query)) continue;
    for (const name of valueNames(index, queries.length, isOfLoki)) renamed[name] = titleOf(query);
  }
  const order = Object.keys(renamed);
  // Labels that are not asked for would tell rows apart that look the same.
  builder.withTransformation({ id: 'filterFieldsByName', options: { include: { names: order } } });
  builder.withTransformation({
    id: 'organize',
    options: {
      renameByName: renamed,
      indexByName: Object.fromEntries(order.map((name, index) => [name, index])),
    },
  });
  if (sortBy !== undefined) {
    builder.withTransformation({ id: 'sortBy', options: { sort: [{ field: sortBy, desc: true }] } });
  }
  for (const title of Object.values(columns)) {
    // A status such as 502 is a number only by its looks.
    builder.overrideByName(title, [
      { id: 'unit', value: 'string' },
      { id: 'noValue', value: unlabelled },
    ]);
  }
  for (const query of queries.filter((each) => !isLabelsOnly(each))) {
    builder.overrideByName(titleOf(query), propertiesOf(query));
  }
}

/**
 * With one query to Prometheus Grafana calls its numbers `Value`, with several `Value #A`, `Value #B`, …; those of Loki
 * go by the letter in any case, or by `Value` where nobody has made a table of them.
 */
function valueNames(index: number, count: number, isOfLoki: boolean): readonly string[] {
  const lettered = `Value #${refId(index)}`;
  if (isOfLoki) return [lettered, 'Value'];
  return [count === 1 ? 'Value' : lettered];
}

function isLabelsOnly(query: PromQuery | LogQuery): boolean {
  return query.language === 'promql' && query.labelsOnly === true;
}

function titleOf({ legend = 'Value' }: PromQuery | LogQuery): string {
  return legend;
}

function propertiesOf(query: PromQuery | LogQuery): DynamicConfigValue[] {
  // Room for a number below its title; what is left is for labels, which may be long.
  const title = titleOf(query);
  const properties: DynamicConfigValue[] = [widthOf(Math.max(100, 8 * title.length + 28))];
  if (query.language === 'logql') return properties;
  const { unit, thresholds } = query;
  if (unit !== undefined) properties.push({ id: 'unit', value: unit });
  if (thresholds !== undefined) {
    properties.push(
      { id: 'thresholds', value: { mode: 'absolute', steps: thresholdSteps(thresholds) } },
      { id: 'custom.cellOptions', value: { type: 'color-text' } },
      { id: 'color', value: { mode: 'thresholds' } },
    );
  }
  return properties;
}

/** @param pixels where the table is shown as it is */
function widthOf(pixels: number): DynamicConfigValue {
  return { id: 'custom.width', value: pixels };
}
