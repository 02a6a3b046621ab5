import { compileStages } from '../pipeline/compile-stages.ts';
import { labelFilterStage } from '../pipeline/label-filter.ts';
import { LineLabels } from '../pipeline/line-labels.ts';
import { parserErrors } from '../pipeline/parse-errors.ts';
import { ParserHints } from '../pipeline/parser-hints.ts';
import type { RunnableStage } from '../pipeline/stage.ts';
import { createStreamLabels } from '../pipeline/stream-labels.ts';
import type { StreamLabels } from '../pipeline/stream-labels.ts';
import type { LogEntry } from '../log-source.ts';
import type {
  Grouping,
  LabelFilter,
  RangeAggregation,
  Stage,
  Unwrap,
  UnwrapConversion,
} from '../syntax/ast.ts';
import { parseByteSize } from '../values/byte-size.ts';
import { parseGoDuration } from '../values/duration.ts';
import { parseGoFloat } from '../values/go-float.ts';
import type { ParsedNumber } from '../values/go-float.ts';
import { utf8Length } from '../values/utf8-length.ts';
import { createLineSeries } from './line-series.ts';
import type { LineGrouping, LineSeries } from './line-series.ts';
import type { Sample, SeriesTable } from './series-table.ts';

/** The number that a line gives, and its series; undefined when it gives none. */
export type SampleExtractor = (stream: StreamLabels, entry: LogEntry) => Sample | undefined;

/**
 * What a range aggregation takes from each line.
 *
 * @param outer grouping of a `sum` around it, which Loki brings in here: parsers then look for less
 */
export function createSampleExtractor(
  aggregation: RangeAggregation,
  outer: Grouping | undefined,
  table: SeriesTable,
): SampleExtractor {
  const { range, operation } = aggregation;
  const grouping = outer ?? aggregation.grouping;
  const noLabels = operation === 'absent_over_time' || (grouping !== undefined && isSingleGroup(grouping));
  const labels = grouping?.labels ?? [];
  const stages = compileStages(usefulStages(range.selector.stages, operation));
  if (range.unwrap !== undefined) {
    return unwrapExtractor(
      range.unwrap,
      stages,
      { labels, without: grouping?.without ?? false, noLabels },
      table,
    );
  }
  const counts = operation !== 'bytes_over_time' && operation !== 'bytes_rate';
  return lineExtractor(stages, { labels, without: grouping?.without ?? false, noLabels }, counts, table);
}

/** `by ()`: one series without labels. */
function isSingleGroup({ labels, without }: Grouping): boolean {
  return labels.length === 0 && !without;
}

/** Without `line_format` behind which nothing reads the line, unless its bytes are counted. */
function usefulStages(stages: readonly Stage[], operation: RangeAggregation['operation']): readonly Stage[] {
  if (operation === 'bytes_over_time' || operation === 'bytes_rate') return stages;
  const readers: ReadonlySet<Stage['type']> = new Set([
    'logfmt',
    'json',
    'regexp',
    'pattern',
    'unpack',
    'line-filters',
  ]);
  return stages.filter(
    (stage, at) => stage.type !== 'line-format' || stages.slice(at).some(({ type }) => readers.has(type)),
  );
}

const noStream = createStreamLabels({});

/** Runs a line through the stages. */
function runStages(
  stages: readonly RunnableStage[],
  entry: LogEntry,
  labels: LineLabels,
): string | undefined {
  let line: string | undefined = entry.line;
  for (const { step } of stages) {
    line = step(line, labels, entry.timeNs);
    if (line === undefined) return undefined;
  }
  return line;
}

function hintsFor(stages: readonly RunnableStage[], grouping: LineGrouping, valueLabel: string): ParserHints {
  return new ParserHints({
    required: stages.flatMap(({ required }) => required),
    groups: grouping.labels,
    without: grouping.without,
    noLabels: grouping.noLabels,
    valueLabel,
    filters: stages.flatMap(({ filter }) => (filter === undefined ? [] : [filter])),
  });
}

function lineExtractor(
  stages: readonly RunnableStage[],
  grouping: LineGrouping,
  counts: boolean,
  table: SeriesTable,
): SampleExtractor {
  const labels = new LineLabels(noStream, hintsFor(stages, grouping, ''));
  const seriesOf = createLineSeries(grouping, table);
  return (stream, entry) => {
    labels.start(stream, entry.metadata);
    const line = runStages(stages, entry, labels);
    if (line === undefined) return undefined;
    return { series: seriesOf(labels), value: counts ? 1 : utf8Length(line) };
  };
}

const converters: Readonly<Record<UnwrapConversion, (text: string) => ParsedNumber>> = {
  bytes: parseByteSize,
  duration: parseSeconds,
  duration_seconds: parseSeconds,
};

function parseSeconds(text: string): ParsedNumber {
  const parsed = parseGoDuration(text);
  if ('problem' in parsed) return parsed;
  const ns = Math.abs(parsed.value);
  // As Go does it: whole seconds and the rest apart.
  const seconds = Math.floor(ns / 1e9) + (ns % 1e9) / 1e9;
  return { value: parsed.value < 0 ? -seconds : seconds };
}

function unwrapExtractor(
  { name, conversion, filters }: Unwrap,
  stages: readonly RunnableStage[],
  asked: LineGrouping,
  table: SeriesTable,
): SampleExtractor {
  const leavesOut = asked.labels.length === 0 || asked.without;
  const grouping = leavesOut ? { ...asked, without: true, labels: [...asked.labels, name] } : asked;
  const after = filterStages(filters);
  const hints = hintsFor([...stages, ...after], grouping, name);
  const labels = new LineLabels(noStream, hints);
  const seriesOf: LineSeries = createLineSeries(grouping, table);
  const convert = conversion === undefined ? parseGoFloat : converters[conversion];
  return (stream, entry) => {
    labels.start(stream, entry.metadata);
    const line = runStages(stages, entry, labels);
    if (line === undefined) return undefined;
    const text = labels.get(name) ?? '';
    if (text === '') return undefined;
    const parsed = convert(text);
    if ('problem' in parsed) {
      labels.error = parserErrors.sample;
      labels.errorDetails = parsed.problem;
    }
    for (const { step } of after) if (step(line, labels, entry.timeNs) === undefined) return undefined;
    return { series: seriesOf(labels), value: 'value' in parsed ? parsed.value : rangeValue(text) };
  };
}

/** What Go gives for a number that is out of range, besides the error. */
function rangeValue(text: string): number {
  return /^[+-]?[\d.]+[eE]/.test(text) ? Number(text) : 0;
}

function filterStages(filters: readonly LabelFilter[]): readonly RunnableStage[] {
  const [first, ...rest] = filters;
  if (first === undefined) return [];
  // Several are one filter to Loki, joined with `and`: parsers do not ask it early.
  const joined = rest.reduce<LabelFilter>((left, right) => ({ type: 'and', left, right }), first);
  const stage = labelFilterStage(joined);
  return stage === undefined ? [] : [stage];
}
