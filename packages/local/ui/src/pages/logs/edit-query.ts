import { escapedRegex, quoted } from '../../parts/quote.ts';
import { type QueryMatcher, type ReadQuery, isLineFilter, readQuery, unquoted } from './read-query.ts';

/** Where a field of a line comes from, which decides how a query has to ask for it. */
export type FieldKind =
  /** Of the stream: stands in the selector. */
  | 'label'
  /** Structured metadata, or what the query itself took out of the line: can be asked for at the end. */
  | 'field'
  /** Stands in the JSON of the line, or in its logfmt, and has to be taken out first. */
  | 'json'
  | 'logfmt';

export interface FieldFilter {
  /** As the query calls it: of JSON the keys joined by `_`. */
  readonly name: string;
  readonly value: string;
  readonly kind: FieldKind;
}

/** What a query with nothing else has to ask for: Loki wants one matcher at least that needs a value. */
export const EVERYTHING = '{service_name=~".+"}';

/**
 * The query, with only lines whose field has that value.
 *
 * A matcher of the selector that asks for another value of the label makes way. The same filter is not put in twice,
 * and what excluded the value goes.
 *
 * @returns the query unchanged when it is not one of lines
 */
export function includeField(query: string, filter: FieldFilter): string {
  return withFilter(query, filter, '=');
}

/** The query, with only lines whose field has one of these values. */
export function includeAny(
  query: string,
  { name, kind }: Omit<FieldFilter, 'value'>,
  values: readonly string[],
): string {
  const [value = ''] = values;
  const read = readQuery(query);
  if (read === undefined || values.length < 2) return includeField(query, { name, kind, value });
  const wanted = `${name}=~${quoted(values.map(escapedRegex).join('|'))}`;
  if (kind === 'label') {
    const kept = read.matchers.filter((each) => each.name !== name).map(matcherText);
    return `${query.slice(0, read.selector.from)}{${[...kept, wanted].join(', ')}}${query.slice(read.selector.to)}`;
  }
  const stages = read.stages.map(({ text }) => text);
  const isThere = stages.some((text) => sameStage(text, `| ${wanted}`));
  return isThere ? query : join(read.selector.text, [...stages, `| ${wanted}`]);
}

/** The query, without lines whose field has that value. */
export function excludeField(query: string, filter: FieldFilter): string {
  return withFilter(query, filter, '!=');
}

function withFilter(query: string, filter: FieldFilter, op: '=' | '!='): string {
  const read = readQuery(query);
  if (read === undefined) return query;
  if (filter.kind === 'label') return withMatcher(query, read, filter, op);
  const opposite = `| ${filter.name}${op === '=' ? '!=' : '='}${quoted(filter.value)}`;
  const wanted = `| ${filter.name}${op}${quoted(filter.value)}`;
  const stages = read.stages.map(({ text }) => text).filter((text) => !sameStage(text, opposite));
  if (stages.some((text) => sameStage(text, wanted))) return join(read.selector.text, stages);
  const parser = filter.kind === 'json' ? '| json' : filter.kind === 'logfmt' ? '| logfmt' : undefined;
  if (parser !== undefined && !stages.some((text) => sameStage(text, parser))) stages.push(parser);
  return join(read.selector.text, [...stages, wanted]);
}

function withMatcher(query: string, read: ReadQuery, { name, value }: FieldFilter, op: '=' | '!='): string {
  const kept = read.matchers.filter((each) => {
    if (each.name !== name) return true;
    // To include one value is to ask for no other; to exclude one leaves what else is asked for.
    return op === '=' ? false : !(each.value === value && (each.op === '=' || each.op === '!='));
  });
  const matchers = [...kept.map(matcherText), `${name}${op}${quoted(value)}`];
  if (op === '!=' && !kept.some(needsValue)) matchers.unshift('service_name=~".+"');
  return query.slice(0, read.selector.from) + `{${matchers.join(', ')}}` + query.slice(read.selector.to);
}

/** Whether it is one of those that a selector needs at least one of. */
function needsValue({ op, value }: QueryMatcher): boolean {
  if (op === '=') return value !== '';
  if (op !== '=~') return false;
  try {
    return !new RegExp(`^(?:${value})$`).test('');
  } catch {
    return true;
  }
}

function matcherText({ text }: QueryMatcher): string {
  return text.trim();
}

function join(selector: string, stages: readonly string[]): string {
  return [selector, ...stages].join(' ');
}

/** Whether they differ in nothing but spaces between their words and signs; within quotes a space counts. */
function sameStage(one: string, other: string): boolean {
  return withoutSpaces(one) === withoutSpaces(other);
}

function withoutSpaces(stage: string): string {
  return stage.replaceAll(/("(?:[^"\\]|\\.)*"|`[^`]*`)|\s+/gs, (_, text = '') => text as string);
}

/** The query with a filter on the text of the line: `|= "…"`, `|~ "…"`, `|> "…"`, or their opposites. */
export function addLineFilter(
  query: string,
  op: '|=' | '!=' | '|~' | '!~' | '|>' | '!>',
  text: string,
): string {
  const read = readQuery(query);
  if (read === undefined) return query;
  const wanted = `${op} ${quoted(text)}`;
  const stages = read.stages.map((stage) => stage.text);
  if (stages.some((stage) => sameStage(stage, wanted))) return query;
  // Before anything is taken apart: it is cheaper there, and a template may have changed the line later.
  const place = stages.findIndex((stage) => !isLineFilter(stage));
  stages.splice(place < 0 ? stages.length : place, 0, wanted);
  return join(read.selector.text, stages);
}

/** One piece of a query, to be shown and taken away by itself. */
export interface Chip {
  /** Place among all pieces. */
  readonly index: number;
  readonly text: string;
  readonly kind: 'matcher' | 'stage';
}

export function chipsOf(query: string): readonly Chip[] {
  const read = readQuery(query);
  if (read === undefined) return [];
  const places = read.matchers.length;
  return [
    ...read.matchers.map((matcher, index): Chip => ({ index, text: matcherText(matcher), kind: 'matcher' })),
    ...read.stages.map(({ text }, index): Chip => ({ index: places + index, text, kind: 'stage' })),
  ];
}

/** The query without one of its pieces. When no matcher that needs a value is left, it asks for everything. */
export function removeChip(query: string, index: number): string {
  const read = readQuery(query);
  if (read === undefined) return query;
  const matchers = read.matchers.filter((_, place) => place !== index);
  const stages = read.stages
    .filter((_, place) => place !== index - read.matchers.length)
    .map(({ text }) => text);
  const texts = matchers.map(matcherText);
  if (!matchers.some(needsValue)) texts.unshift('service_name=~".+"');
  return join(`{${texts.join(', ')}}`, stages);
}

/** The lines of the streams of a query, whatever else it filters: for what stands around a line. */
export function selectorFor(labels: Readonly<Record<string, string>>): string {
  const matchers = Object.entries(labels).map(([name, value]) => `${name}=${quoted(value)}`);
  return matchers.length === 0 ? EVERYTHING : `{${matchers.join(', ')}}`;
}

/**
 * How many lines of the query there are for every value of a field, over time.
 *
 * @returns undefined when it is not a query of lines
 */
export function countByField(
  query: string,
  { name, kind }: Omit<FieldFilter, 'value'>,
  window = '1m',
): string | undefined {
  const read = readQuery(query);
  if (read === undefined) return undefined;
  const stages = read.stages.map(({ text }) => text);
  const parser = kind === 'json' ? '| json' : kind === 'logfmt' ? '| logfmt' : undefined;
  if (parser !== undefined && !stages.some((text) => sameStage(text, parser))) stages.push(parser);
  // A parser that does not understand every line marks the others as faulty, which a metric query refuses.
  if (parser !== undefined) stages.push('| __error__=""');
  return `sum by (${name}) (count_over_time(${join(read.selector.text, stages)} [${window}]))`;
}

/** The texts that the query looks for in the lines: to mark them there. */
export function searchedTexts(query: string): readonly string[] {
  return (readQuery(query)?.stages ?? []).flatMap(({ text }) => {
    if (!text.startsWith('|=')) return [];
    return [...text.matchAll(/"(?:[^"\\]|\\.)*"|`[^`]*`/gs)]
      .map(([each]) => unquoted(each))
      .filter((each) => each !== '');
  });
}
