import { QueryError } from '../../../query-error.ts';
import type { Labels } from '../../../labels.ts';
import { parsePromql } from '../../syntax/parse.ts';
import { templateProblem } from '../alert-template/expand.ts';
import type { FileProblem, Rule, RuleGroup } from './rule.ts';
import { type YamlField, type YamlNode, type YamlReader, readYaml } from './yaml-reader.ts';

/** What a file of rules holds: its groups, and everything that is wrong with it. */
export interface RuleFile {
  readonly path: string;
  /** Rules with a problem are left out. */
  readonly groups: readonly RuleGroup[];
  readonly problems: readonly FileProblem[];
}

const groupFields = ['name', 'interval', 'query_offset', 'limit', 'rules', 'labels'];
const ruleFields = ['record', 'alert', 'expr', 'for', 'keep_firing_for', 'labels', 'annotations'];

type Fields = ReadonlyMap<string, YamlField>;

/** Reads an expression. @throws {QueryError} when it is none */
type ReadExpression = (text: string) => unknown;

/** A half of a surrogate pair alone is no valid text. */
function isText(text: string): boolean {
  return text.isWellFormed();
}

function checkNames(
  reader: YamlReader,
  node: YamlNode | undefined,
  names: Labels,
  what: 'label' | 'annotation',
): void {
  for (const [name, value] of Object.entries(names)) {
    if (name === '' || !isText(name) || (what === 'label' && name === '__name__'))
      reader.report(node, `invalid ${what} name: ${name}`);
    if (what === 'label' && !isText(value)) reader.report(node, `invalid label value: ${value}`);
  }
}

function checkExpression(
  reader: YamlReader,
  fields: Fields,
  expression: string | undefined,
  read: ReadExpression,
): void {
  const node = fields.get('expr')?.value;
  if (expression === undefined || expression === '') {
    reader.report(node ?? ruleNode(fields), "field 'expr' must be set in rule");
    return;
  }
  try {
    read(expression);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    reader.report(node, `could not parse expression: ${error.message}`);
  }
}

function ruleNode(fields: Fields): YamlNode | undefined {
  return (fields.get('alert') ?? fields.get('record') ?? Array.from(fields.values())[0])?.keyNode;
}

function checkTemplates(
  reader: YamlReader,
  alert: string,
  node: YamlNode | undefined,
  texts: Labels,
  what: 'label' | 'annotation',
): void {
  for (const [name, text] of Object.entries(texts)) {
    const problem = templateProblem(alert, text);
    if (problem !== undefined) reader.report(node, `${what} "${name}": ${problem}`);
  }
}

function checkRecord(reader: YamlReader, fields: Fields, record: string): void {
  const node = fields.get('record')?.value;
  for (const field of ['annotations', 'for', 'keep_firing_for']) {
    const value = fields.get(field)?.value;
    const isSet =
      field === 'annotations'
        ? Object.keys(reader.texts(value, field)).length > 0
        : (reader.durationMs(value, field) ?? 0) !== 0;
    if (isSet) reader.report(fields.get(field)?.keyNode, `invalid field '${field}' in recording rule`);
  }
  if (!isText(record)) reader.report(node, `invalid recording rule name: ${record}`);
  if (/[{}]/.test(record))
    reader.report(node, `braces present in the recording rule name; should it be in expr?: ${record}`);
}

/** A rule and its name; no rule when it is none. */
function readRule(
  reader: YamlReader,
  node: YamlNode,
  groupLabels: Labels,
  readExpression: ReadExpression,
): { readonly rule: Rule | undefined; readonly name: string } {
  const fields = reader.fields(node, ruleFields, 'a rule');
  if (fields === undefined) return { rule: undefined, name: '' };
  const text = (name: string): string => reader.text(fields.get(name)?.value, name) ?? '';
  const [record, alert, expression] = [text('record'), text('alert'), text('expr')];
  if (record !== '' && alert !== '')
    reader.report(ruleNode(fields), "only one of 'record' and 'alert' must be set");
  if (record === '' && alert === '')
    reader.report(ruleNode(fields) ?? node, "one of 'record' or 'alert' must be set");
  checkExpression(reader, fields, expression, readExpression);
  const labelsNode = fields.get('labels')?.value;
  const own = reader.texts(labelsNode, 'labels');
  checkNames(reader, labelsNode, own, 'label');
  const annotationsNode = fields.get('annotations')?.value;
  const labels = { ...groupLabels, ...own };
  if (record !== '') {
    checkRecord(reader, fields, record);
    return { rule: { kind: 'recording', record, expression, labels }, name: alert === '' ? record : alert };
  }
  const annotations = reader.texts(annotationsNode, 'annotations');
  checkNames(reader, annotationsNode, annotations, 'annotation');
  checkTemplates(reader, alert, labelsNode, own, 'label');
  checkTemplates(reader, alert, annotationsNode, annotations, 'annotation');
  const rule: Rule = {
    kind: 'alerting',
    alert,
    expression,
    forMs: reader.durationMs(fields.get('for')?.value, 'for') ?? 0,
    keepFiringForMs: reader.durationMs(fields.get('keep_firing_for')?.value, 'keep_firing_for') ?? 0,
    labels,
    annotations,
  };
  return { rule, name: alert };
}

/** Reads a rule; what is wrong with it is told with its group, its place and its name. */
function readNamedRule(
  reader: YamlReader,
  node: YamlNode,
  group: { readonly name: string; readonly labels: Labels },
  position: number,
  readExpression: ReadExpression,
): readonly Rule[] {
  const before = reader.problems.length;
  const { rule, name } = readRule(reader, node, group.labels, readExpression);
  const own = reader.problems.splice(before);
  for (const problem of own) {
    const message = `group "${group.name}", rule ${position + 1}, "${name}": ${problem.message}`;
    reader.problems.push({ ...problem, message });
  }
  return rule === undefined || own.length > 0 ? [] : [rule];
}

function readGroup(
  reader: YamlReader,
  node: YamlNode,
  known: Set<string>,
  readExpression: ReadExpression,
): RuleGroup | undefined {
  const fields = reader.fields(node, groupFields, 'a group');
  if (fields === undefined) return undefined;
  const name = reader.text(fields.get('name')?.value, 'name') ?? '';
  if (name === '') reader.report(node, 'Groupname must not be empty');
  if (known.has(name)) reader.report(node, `groupname: "${name}" is repeated in the same file`);
  known.add(name);
  const labelsNode = fields.get('labels')?.value;
  const labels = reader.texts(labelsNode, 'labels');
  checkNames(reader, labelsNode, labels, 'label');
  const intervalMs = reader.durationMs(fields.get('interval')?.value, 'interval');
  const limit = reader.number(fields.get('limit')?.value, 'limit') ?? 0;
  if (!Number.isInteger(limit)) reader.report(fields.get('limit')?.value, 'limit is no whole number');
  return {
    name,
    intervalMs: intervalMs === 0 ? undefined : intervalMs,
    queryOffsetMs: reader.durationMs(fields.get('query_offset')?.value, 'query_offset') ?? 0,
    limit,
    rules: reader
      .items(fields.get('rules')?.value, 'rules')
      .flatMap((rule, position) => readNamedRule(reader, rule, { name, labels }, position, readExpression)),
  };
}

/**
 * Reads a file of rules as Prometheus does and reports everything that is wrong with it at once: the YAML, unknown
 * fields, expressions, templates, names.
 *
 * Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
 *
 * @param path as problems name it
 * @param readExpression reads an expression and throws a `QueryError`; that of LogQL for the rules of Loki
 */
export function readRuleFile(
  path: string,
  content: string,
  readExpression: ReadExpression = parsePromql,
): RuleFile {
  const reader = readYaml(path, content);
  const { root, problems } = reader;
  if (problems.length > 0 || root === undefined) return { path, groups: [], problems };
  const fields = reader.fields(root, ['groups'], 'a file of rules');
  const known = new Set<string>();
  const groups = reader
    .items(fields?.get('groups')?.value, 'groups')
    .flatMap((node) => readGroup(reader, node, known, readExpression) ?? []);
  return { path, groups, problems };
}

/** A problem on one line: `rules.yml:12:9: group "shop", rule 1, "Slow": …`. */
export function formatProblem({ path, line, column, message }: FileProblem): string {
  return `${path}:${line}:${column}: ${message}`;
}
