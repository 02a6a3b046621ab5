import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  environment,
  type LabelDefinition,
  labels,
  logFields,
  type MetricDefinition,
  metricFamilies,
} from '@sightline/conventions';
import { errorCatalogue } from '@sightline/errors';
import { CHAOS_RESULTS, type ChaosResults } from './chaos/chaos-table.ts';
import { chaosSummary } from './chaos/chaos-summary.ts';
import { alertTable, burnRates, costTable, liveTable, mutationText, receiverTable } from './alert-tables.ts';
import {
  dashboardCostTable,
  localCostTable,
  requestCostTable,
  sizeTable,
  startCostTable,
} from './cost-tables.ts';
import { table } from './markdown.ts';
import { optionTables } from './option-tables.ts';

function code(text: string): string {
  return `\`${text}\``;
}

function unitOf({ type, unit }: MetricDefinition): string {
  if (type === 'info') return '';
  const words: Readonly<Record<string, string>> = { s: 'seconds', By: 'bytes', '1': 'ratio' };
  return words[unit] ?? unit.slice(1, -1).replaceAll('_', ' ');
}

function labelsOf({ labels: names, labelValues }: MetricDefinition): string {
  return names
    .map((name) => {
      const values = labelValues?.[name];
      return values ? `${code(name)} (${values.join(', ')})` : code(name);
    })
    .join(', ');
}

function metricRow([name, metric]: readonly [string, MetricDefinition]): readonly string[] {
  const bound = metric.seriesBoundReason
    ? `${metric.seriesBound}: ${metric.seriesBoundReason}`
    : `${metric.seriesBound}`;
  const otel = metric.otelName === undefined ? '' : code(metric.otelName);
  return [code(name), metric.type, unitOf(metric), metric.help, labelsOf(metric), bound, otel];
}

/** @param isShown which metrics are in the tables, by name and title of the family; all of them by default */
function metricTables(isShown: (name: string, title: string) => boolean = () => true): string {
  const columns = [
    'name',
    'type',
    'unit',
    'what it says',
    'labels',
    'label sets at most',
    'in OpenTelemetry',
  ];
  return metricFamilies
    .flatMap(({ title, metrics }) => {
      const all: readonly (readonly [string, MetricDefinition])[] = Object.entries(metrics);
      const rows = all.filter(([name]) => isShown(name, title));
      return rows.length > 0 ? `**${title}**\n\n${table(columns, rows.map(metricRow))}` : [];
    })
    .join('\n\n');
}

function labelTable(): string {
  const rows: readonly (readonly [string, LabelDefinition])[] = Object.entries(labels);
  return table(
    ['label', 'what it holds', 'values at most', 'which'],
    rows.map(([name, { help, values, maxValues, boundedBy }]) => [
      code(name),
      help,
      `${maxValues}`,
      values ? values.map(code).join(' ') : (boundedBy ?? 'each metric lists its own'),
    ]),
  );
}

type Variable = keyof typeof environment;

/** @param names the variables that a package reads; all of them by default */
function environmentTable(names: readonly Variable[] = Object.keys(environment) as Variable[]): string {
  return table(
    ['variable', 'type', 'default', 'what it sets'],
    names
      .map((name) => [name, environment[name]] as const)
      .map(([name, definition]) => [
        code(name),
        definition.type,
        'default' in definition ? code(definition.default) : '',
        definition.help,
      ]),
  );
}

function logFieldTable(): string {
  return table(
    ['field', 'type', 'what it says', 'there', 'in Loki'],
    Object.entries(logFields).map(([name, { type, help, when, loki }]) => [
      code(name),
      type,
      help,
      when,
      loki,
    ]),
  );
}

/** @param folder the package whose source names the codes; every code by default */
function errorTable(folder?: string): string {
  const source = folder === undefined ? undefined : sourceOf(folder);
  const codes = Object.entries(errorCatalogue).filter(([name]) => source?.includes(`'${name}'`) ?? true);
  return table(
    ['code', 'what happened', 'what to do'],
    codes.map(([name, { meaning, fix }]) => [code(name), meaning, fix]),
  );
}

/** The source of a package without its tests, as one text; the code of its wrong options is in `parseOptions`. */
function sourceOf(folder: string): string {
  const cwd = fileURLToPath(new URL(`../packages/${folder}/src`, import.meta.url));
  const files = globSync('**/*.ts', { cwd }).filter((file) => !/\.(?:test|fixture)\.ts$/.test(file));
  return `'SIGHTLINE_OPTIONS'${files.map((file) => readFileSync(`${cwd}/${file}`, 'utf8')).join('')}`;
}

/**
 * The parts of the READMEs that are written from catalogues and measurements: the package, or `root`; the name between
 * the markers; the content.
 */
export const generatedParts: readonly {
  readonly folder: string;
  readonly name: string;
  readonly content: string;
}[] = [
  { folder: 'root', name: 'request cost', content: requestCostTable() },
  { folder: 'root', name: 'start cost', content: startCostTable() },
  { folder: 'root', name: 'installed size', content: sizeTable() },
  {
    folder: 'root',
    name: 'fault cost',
    content: chaosSummary(JSON.parse(readFileSync(CHAOS_RESULTS, 'utf8')) as ChaosResults),
  },
  { folder: 'conventions', name: 'metrics', content: metricTables() },
  { folder: 'conventions', name: 'labels', content: labelTable() },
  { folder: 'conventions', name: 'environment', content: environmentTable() },
  { folder: 'conventions', name: 'log fields', content: logFieldTable() },
  { folder: 'errors', name: 'error codes', content: errorTable() },
  ...optionTables,
  { folder: 'redact', name: 'error codes', content: errorTable('redact') },
  {
    folder: 'logger',
    name: 'environment',
    content: environmentTable([
      'LOG_LEVEL',
      'OTEL_SERVICE_NAME',
      'OTEL_RESOURCE_ATTRIBUTES',
      'SIGHTLINE_STRICT',
    ]),
  },
  { folder: 'logger', name: 'error codes', content: errorTable('logger') },
  {
    folder: 'metrics',
    name: 'metrics',
    content: metricTables(
      (name, title) =>
        ['HTTP', 'Runtime', 'Process'].includes(title) ||
        /^sightline_(?:build_info|series|observations|scrape)/.test(name),
    ),
  },
  { folder: 'metrics', name: 'environment', content: environmentTable(['SIGHTLINE_STRICT']) },
  { folder: 'metrics', name: 'error codes', content: errorTable('metrics') },
  { folder: 'http', name: 'error codes', content: errorTable('http') },
  { folder: 'metrics', name: 'error codes', content: errorTable('metrics') },
  {
    folder: 'resilience',
    name: 'metrics',
    content: metricTables((_name, title) =>
      ['Breakers, retries, bulkheads', 'Rate limiters, caches, pools'].includes(title),
    ),
  },
  { folder: 'resilience', name: 'error codes', content: errorTable('resilience') },
  { folder: 'health', name: 'metrics', content: metricTables((_name, title) => title === 'Health') },
  { folder: 'health', name: 'environment', content: environmentTable(['SIGHTLINE_STRICT']) },
  { folder: 'health', name: 'error codes', content: errorTable('health') },
  { folder: 'alerts', name: 'alerts', content: await alertTable() },
  { folder: 'alerts', name: 'burn rates', content: burnRates() },
  { folder: 'alerts', name: 'live incidents', content: liveTable() },
  { folder: 'alerts', name: 'rule costs', content: costTable() },
  { folder: 'alerts', name: 'mutations', content: mutationText() },
  { folder: 'alerts', name: 'receivers', content: receiverTable() },
  { folder: 'alerts', name: 'error codes', content: errorTable('alerts') },
  { folder: 'local', name: 'cost', content: localCostTable() },
  { folder: 'local', name: 'error codes', content: errorTable('local') },
  { folder: 'dashboards', name: 'cost', content: dashboardCostTable() },
  { folder: 'dashboards', name: 'error codes', content: errorTable('dashboards') },
  { folder: 'bootstrap', name: 'environment', content: environmentTable() },
  { folder: 'bootstrap', name: 'error codes', content: errorTable('bootstrap') },
];
