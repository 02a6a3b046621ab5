import type { Span } from '../model.ts';
import type { AttributeScope } from '../syntax/ast.ts';
import { intrinsicAttribute, scopedAttribute } from '../syntax/attribute.ts';
import type { TraceFacts } from '../trace/trace-facts.ts';
import {
  comparedSpanColumns,
  eventColumns,
  linkColumns,
  scopeColumns,
  serviceColumn,
  spanColumns,
  traceColumns,
} from './columns.ts';
import type { Columns, EventSource } from './columns.ts';
import { coalesced } from './condition.ts';
import type { Condition, FetchRequest } from './condition.ts';
import { readAll } from './generic.ts';
import { createRecordReader, distinctNames, intrinsicOf } from './record-reader.ts';
import type { RecordReader } from './record-reader.ts';
import { createResourceReader, isServiceColumn } from './resource-reader.ts';
import { matched } from './span-view.ts';
import type { Entry, SpanView } from './span-view.ts';
import { createSpanReader } from './span-reader.ts';

/** Reads spans as Tempo reads its columns. */
export interface Fetcher {
  /** Adds the spans of a trace, of those from one place to before another, that meet the conditions, with what was read. */
  first(facts: TraceFacts, from: number, to: number, views: SpanView[]): void;
  /** Reads the rest of what is wanted of a span that the pipeline left. */
  second(view: SpanView): void;
}

export function createFetcher(request: FetchRequest): Fetcher {
  const conditions = request.allConditions ? request.conditions : coalesced(request.conditions);
  const readFirst = createPass(conditions, request.allConditions);
  const readSecond = request.secondPass.length > 0 ? createPass(request.secondPass, false) : undefined;
  return {
    first(facts, from, to, views) {
      const end = Math.min(to, facts.spans.length);
      for (let index = from; index < end; index += 1) {
        const view: SpanView = {
          span: facts.spans[index]!,
          facts,
          index,
          spanEntries: none,
          resourceEntries: none,
          traceEntries: none,
          eventEntries: none,
          linkEntries: none,
          scopeEntries: none,
          aspects: 0,
          readNumbers: nothingRead,
        };
        if (readFirst(view)) views.push(view);
      }
    },
    second(view) {
      readSecond?.(view);
      if (request.selectAll) selectAll(view);
    },
  };
}

const nothingRead: SpanView['readNumbers'] = new Set();
const none: readonly Entry[] = [];

/** Both, without a copy where one is empty: most spans have few entries, and there are many spans. */
const added = (before: readonly Entry[], more: readonly Entry[]): readonly Entry[] =>
  before.length === 0 ? more : more.length === 0 ? before : [...before, ...more];

type Category = Exclude<AttributeScope, 'none'> | 'trace';

/** Reads one span into its view; false when the conditions keep it out. */
type Pass = (view: SpanView) => boolean;

function createPass(conditions: readonly Condition[], allConditions: boolean): Pass {
  const byCategory = Map.groupBy(
    conditions.flatMap((condition) => categoriesOf(condition).map((category) => ({ condition, category }))),
    ({ category }) => category,
  );
  const of = (category: Category): readonly Condition[] =>
    (byCategory.get(category) ?? []).map(({ condition }) => condition);
  // `.a` can be of the span or of its resource, so that neither has to have it.
  const required = allConditions && conditions.every((condition) => categoriesOf(condition).length === 1);
  const needsMatch = conditions.length > 0 && of('trace').length === 0;
  const minSpan = required ? distinctNames(of('span')) : 0;

  const readTrace = reader('none', traceColumns, () => new Map(), of('trace'), required);
  const readResource = createResourceReader(of('resource'), required);
  const readScope = reader(
    'instrumentation',
    scopeColumns,
    ({ attributes }) => attributes,
    of('instrumentation'),
    required,
  );
  const readSpan = createSpanReader(of('span'), required);
  const readEvent = reader('event', eventColumns, ({ event }) => event.attributes, of('event'), required);
  const readLink = reader('link', linkColumns, ({ attributes }) => attributes, of('link'), required);

  /** What the trace says is the same for all of its spans. */
  let lastFacts: TraceFacts | undefined;
  let lastTrace: readonly Entry[] | undefined;
  function traceOf(facts: TraceFacts): readonly Entry[] | undefined {
    if (facts !== lastFacts) {
      lastFacts = facts;
      lastTrace = readTrace === undefined ? none : readTrace.read(facts);
    }
    return lastTrace;
  }

  return (view) => {
    const { span } = view;
    const trace = traceOf(view.facts);
    if (trace === undefined) return false;
    const resource = readResource(span.resource);
    if (resource === undefined) return false;
    const scope = readScope === undefined ? none : readScope.read(span.scope);
    if (scope === undefined) return false;
    const events = readEvent === undefined ? none : records(readEvent, eventSources(span), required);
    const links = readLink === undefined ? none : records(readLink, span.links, required);
    if (events === undefined || links === undefined) return false;
    const own = readSpan(view);
    if (own === undefined) return false;
    view.spanEntries = added(view.spanEntries, own.entries);
    view.aspects += own.aspects;
    if (own.numbers.size > 0) view.readNumbers = new Set([...view.readNumbers, ...own.numbers]);
    view.eventEntries = added(view.eventEntries, events);
    view.linkEntries = added(view.linkEntries, links);
    if (minSpan > 0 && matched(view) < minSpan) return false;
    view.scopeEntries = added(view.scopeEntries, scope);
    view.resourceEntries = added(view.resourceEntries, resource);
    if (needsMatch && matched(view) === 0) return false;
    view.traceEntries = added(view.traceEntries, trace);
    return true;
  };
}

const eventSources = (span: Span): readonly EventSource[] => span.events.map((event) => ({ event, span }));

function reader<Source>(
  scope: AttributeScope,
  columns: Columns<Source>,
  attributesOf: (source: Source) => Span['attributes'],
  conditions: readonly Condition[],
  required: boolean,
): RecordReader<Source> | undefined {
  return conditions.length === 0
    ? undefined
    : createRecordReader(scope, columns, attributesOf, conditions, required);
}

/** What is read of several events or links; `undefined` when one has to meet all conditions and none does. */
function records<Source>(
  readOne: RecordReader<Source>,
  sources: readonly Source[],
  required: boolean,
): readonly Entry[] | undefined {
  // Where there are none, Tempo reads a row of empty values.
  if (sources.length === 0 && !required) return readOne.ofNothing;
  const read = sources.map((source) => readOne.read(source)).filter((entries) => entries !== undefined);
  return required && read.length === 0 ? undefined : read.flat();
}

function categoriesOf(condition: Condition): readonly Category[] {
  const { subject } = condition;
  if (typeof subject === 'string') return ['span'];
  const intrinsic = intrinsicOf(condition);
  if (intrinsic === undefined) return subject.scope === 'none' ? ['span', 'resource'] : [subject.scope];
  if (intrinsic in traceColumns) return ['trace'];
  const [scope] = intrinsic.split(':');
  return [scope === 'event' || scope === 'link' || scope === 'instrumentation' ? scope : 'span'];
}

function selectAll(view: SpanView): void {
  const { span, facts } = view;
  view.spanEntries = [
    ...view.spanEntries,
    ...readAll('span', span.attributes),
    ...comparedSpanColumns.map((intrinsic) => column(spanColumns, intrinsic, view)),
  ];
  view.resourceEntries = [
    ...view.resourceEntries,
    { attribute: scopedAttribute('resource', 'service.name'), value: serviceColumn.of(span.resource) },
    ...readAll('resource', span.resource.attributes, isServiceColumn),
  ];
  view.traceEntries = [...view.traceEntries, ...allColumns(traceColumns, facts)];
  view.scopeEntries = [
    ...view.scopeEntries,
    ...readAll('instrumentation', span.scope.attributes),
    ...allColumns(scopeColumns, span.scope),
  ];
}

const allColumns = <Source>(columns: Columns<Source>, source: Source): readonly Entry[] =>
  (Object.keys(columns) as (keyof typeof columns)[]).map((intrinsic) => column(columns, intrinsic, source));

const column = <Source>(
  columns: Columns<Source>,
  intrinsic: keyof Columns<Source>,
  source: Source,
): Entry => ({ attribute: intrinsicAttribute(intrinsic), value: columns[intrinsic]!.of(source) });
