import type { Labels } from '../../../labels.ts';
import { type FloatHistogram, parseHistogramLiteral } from '../../histogram/index.ts';
import { readMetric } from '../metric-text.ts';
import type { FileProblem } from '../rule-file/rule.ts';
import { type YamlField, type YamlNode, type YamlReader, readYaml } from '../rule-file/yaml-reader.ts';
import { type NotationSeries, readSeriesLine } from '../series-notation.ts';

/** An alert that has to fire. */
interface ExpectedAlert {
  /** Without `alertname`. */
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** Which alerts of one name fire at one time: these and no others. */
export interface AlertCheck {
  /** After the start of the test [ms]. */
  readonly evalTimeMs: number;
  readonly alert: string;
  readonly expected: readonly ExpectedAlert[];
  readonly line: number;
}

/** A series that an expression has to result in. */
interface ExpectedSample {
  readonly labels: Labels;
  readonly value: number | FloatHistogram;
}

/** What an expression results in at one time. */
export interface ExpressionCheck {
  /** After the start of the test [ms]. */
  readonly evalTimeMs: number;
  readonly expression: string;
  readonly expected: readonly ExpectedSample[];
  readonly line: number;
}

export interface RuleTest {
  readonly name: string;
  /** Between two values of the series [ms]. */
  readonly intervalMs: number;
  readonly series: readonly NotationSeries[];
  readonly alerts: readonly AlertCheck[];
  readonly expressions: readonly ExpressionCheck[];
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Since 1970 [ms]. */
  readonly startMs: number;
  readonly line: number;
}

export interface RuleTestFile {
  readonly path: string;
  /** As they stand there, relative to the file. */
  readonly ruleFiles: readonly string[];
  /** Between two evaluations of all rules [ms]. */
  readonly evaluationIntervalMs: number;
  readonly groupOrder: readonly string[];
  /** Whether the neighbour of a float counts as equal. */
  readonly fuzzyCompare: boolean;
  readonly tests: readonly RuleTest[];
  readonly problems: readonly FileProblem[];
}

const fileFields = ['rule_files', 'evaluation_interval', 'group_eval_order', 'tests', 'fuzzy_compare'];
const testFields = [
  'interval',
  'input_series',
  'alert_rule_test',
  'promql_expr_test',
  'external_labels',
  'external_url',
  'name',
  'start_timestamp',
];

type Fields = ReadonlyMap<string, YamlField>;

function lineOf(reader: YamlReader, node: YamlNode): number {
  const before = reader.problems.length;
  reader.report(node, '');
  const [{ line }] = reader.problems.splice(before) as [FileProblem];
  return line;
}

/** What throws is a problem at the node. */
function attempt<Result>(
  reader: YamlReader,
  node: YamlNode | undefined,
  read: () => Result,
): Result | undefined {
  try {
    return read();
  } catch (error) {
    reader.report(node, (error as Error).message);
    return undefined;
  }
}

/**
 * Reads series as the test runner of Prometheus does, a line each: what follows a line break within values would be
 * another series.
 */
function readInputSeries(reader: YamlReader, node: YamlNode): readonly NotationSeries[] {
  const fields = reader.fields(node, ['series', 'values'], 'an input series');
  const metric = reader.text(fields?.get('series')?.value, 'series') ?? '';
  const values = reader.text(fields?.get('values')?.value, 'values') ?? '';
  return `${metric} ${values}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .flatMap((line) => attempt(reader, node, () => readSeriesLine(line)) ?? []);
}

function readAlertCheck(reader: YamlReader, node: YamlNode): readonly AlertCheck[] {
  const fields = reader.fields(node, ['eval_time', 'alertname', 'exp_alerts'], 'an alert_rule_test');
  if (fields === undefined) return [];
  const alert = reader.text(fields.get('alertname')?.value, 'alertname') ?? '';
  if (alert === '') reader.report(node, 'an item under alert_rule_test misses required attribute alertname');
  const expected = reader.items(fields.get('exp_alerts')?.value, 'exp_alerts').map((each): ExpectedAlert => {
    const parts = reader.fields(each, ['exp_labels', 'exp_annotations'], 'an expected alert');
    return {
      labels: reader.texts(parts?.get('exp_labels')?.value, 'exp_labels'),
      annotations: reader.texts(parts?.get('exp_annotations')?.value, 'exp_annotations'),
    };
  });
  return [{ evalTimeMs: evalTimeMs(reader, fields), alert, expected, line: lineOf(reader, node) }];
}

function evalTimeMs(reader: YamlReader, fields: Fields): number {
  return reader.durationMs(fields.get('eval_time')?.value, 'eval_time') ?? 0;
}

function readSample(reader: YamlReader, node: YamlNode): readonly ExpectedSample[] {
  const fields = reader.fields(node, ['labels', 'value', 'histogram'], 'an expected sample');
  if (fields === undefined) return [];
  const text = reader.text(fields.get('labels')?.value, 'labels') ?? '';
  const value = reader.number(fields.get('value')?.value, 'value') ?? 0;
  const literal = reader.text(fields.get('histogram')?.value, 'histogram') ?? '';
  const labels = attempt(reader, fields.get('labels')?.value ?? node, () => readLabels(text));
  if (labels === undefined) return [];
  if (literal === '') return [{ labels, value }];
  const histogram = parseHistogramLiteral(literal);
  if ('histogram' in histogram) return [{ labels, value: histogram.histogram }];
  reader.report(fields.get('histogram')?.value, histogram.problem);
  return [];
}

function readLabels(text: string): Labels {
  const { labels, rest } = readMetric(text === '' ? '{}' : text);
  if (rest.trim() !== '') throw new Error(`"${rest.trim()}" after the labels`);
  return labels;
}

function readExpressionCheck(reader: YamlReader, node: YamlNode): readonly ExpressionCheck[] {
  const fields = reader.fields(node, ['expr', 'eval_time', 'exp_samples'], 'a promql_expr_test');
  if (fields === undefined) return [];
  return [
    {
      evalTimeMs: evalTimeMs(reader, fields),
      expression: reader.text(fields.get('expr')?.value, 'expr') ?? '',
      expected: reader
        .items(fields.get('exp_samples')?.value, 'exp_samples')
        .flatMap((each) => readSample(reader, each)),
      line: lineOf(reader, node),
    },
  ];
}

/** A time as RFC 3339 or in seconds since 1970. */
function readStartMs(reader: YamlReader, node: YamlNode | undefined): number {
  const text = reader.text(node, 'start_timestamp') ?? '';
  if (text === '') return 0;
  const seconds = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  const isRfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i.test(text);
  const timeMs = isRfc3339 ? Date.parse(text) : Math.round(seconds * 1000);
  if (Number.isNaN(timeMs)) reader.report(node, `cannot parse "${text}" to a valid timestamp`);
  return Number.isNaN(timeMs) ? 0 : timeMs;
}

function readTest(
  reader: YamlReader,
  node: YamlNode,
  position: number,
  evaluationIntervalMs: number,
): readonly RuleTest[] {
  const fields = reader.fields(node, testFields, 'a test');
  if (fields === undefined) return [];
  const items = (name: string): readonly YamlNode[] => reader.items(fields.get(name)?.value, name);
  const intervalMs = reader.durationMs(fields.get('interval')?.value, 'interval') ?? 0;
  return [
    {
      name: reader.text(fields.get('name')?.value, 'name') ?? `unnamed#${position}`,
      intervalMs: intervalMs === 0 ? evaluationIntervalMs : intervalMs,
      series: items('input_series').flatMap((each) => readInputSeries(reader, each)),
      alerts: items('alert_rule_test').flatMap((each) => readAlertCheck(reader, each)),
      expressions: items('promql_expr_test').flatMap((each) => readExpressionCheck(reader, each)),
      externalLabels: reader.texts(fields.get('external_labels')?.value, 'external_labels'),
      externalUrl: reader.text(fields.get('external_url')?.value, 'external_url') ?? '',
      startMs: readStartMs(reader, fields.get('start_timestamp')?.value),
      line: lineOf(reader, node),
    },
  ];
}

/**
 * Reads a file of rule tests as `promtool test rules` takes it, and everything that is wrong with it.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
 */
export function readTestFile(path: string, content: string): RuleTestFile {
  const reader = readYaml(path, content);
  const fields =
    reader.problems.length > 0 ? undefined : reader.fields(reader.root, fileFields, 'a file of rule tests');
  const texts = (name: string): readonly string[] =>
    reader.items(fields?.get(name)?.value, name).flatMap((node) => reader.text(node, name) ?? []);
  const intervalMs = reader.durationMs(fields?.get('evaluation_interval')?.value, 'evaluation_interval') ?? 0;
  const evaluationIntervalMs = intervalMs === 0 ? 60_000 : intervalMs;
  const groupOrder = texts('group_eval_order');
  const repeated = groupOrder.find((name, position) => groupOrder.indexOf(name) !== position);
  if (repeated !== undefined)
    reader.report(
      fields?.get('group_eval_order')?.value,
      `group name repeated in evaluation order: ${repeated}`,
    );
  return {
    path,
    ruleFiles: texts('rule_files'),
    evaluationIntervalMs,
    groupOrder,
    fuzzyCompare: reader.boolean(fields?.get('fuzzy_compare')?.value, 'fuzzy_compare') ?? false,
    tests: reader
      .items(fields?.get('tests')?.value, 'tests')
      .flatMap((node, position) => readTest(reader, node, position, evaluationIntervalMs)),
    problems: reader.problems,
  };
}
