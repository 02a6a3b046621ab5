import { QueryError } from '../../query-error.ts';
import { eventColumns, scopeColumns, spanColumns, traceColumns } from '../fetch/columns.ts';
import type { SpanView } from '../fetch/span-view.ts';
import type { Attributes } from '../model.ts';
import type { TraceSource } from '../source.ts';
import type { Attribute, Intrinsic } from '../syntax/ast.ts';
import { parseSyntax } from '../syntax/parse.ts';
import { print, encode } from '../value/encode.ts';
import { elementsOf, staticOf } from '../value/static.ts';
import type { Static } from '../value/static.ts';
import { visitSpans } from './matching-spans.ts';
import type { TagOptions } from './matching-spans.ts';

export interface TagValuesOptions extends TagOptions {
  /** Most values. Default 10,000. */
  readonly maxValues?: number | undefined;
}

export interface TagValue {
  readonly type: 'string' | 'int' | 'float' | 'bool' | 'keyword' | 'duration';
  readonly value: string;
}

/** As `/api/v2/search/tag/…/values` of Tempo answers, in order. */
export interface TagValuesResponse {
  readonly tagValues: readonly TagValue[];
}

const defaultMaxValues = 10_000;

const keywords = (values: readonly string[]): readonly TagValue[] =>
  values.map((value) => ({ type: 'keyword', value }));

/** Values that are known without a look at spans; of what has as many as there are spans, none. */
const fixed: Readonly<Partial<Record<Intrinsic, readonly TagValue[]>>> = {
  status: keywords(['ok', 'error', 'unset']),
  kind: keywords(['client', 'server', 'producer', 'consumer', 'internal', 'unspecified']),
  duration: [],
  traceDuration: [],
  'trace:id': [],
  'span:id': [],
  'span:parentID': [],
  'link:traceID': [],
  'link:spanID': [],
};

const valueTypes: Readonly<Partial<Record<Static['type'], TagValue['type']>>> = {
  string: 'string',
  int: 'int',
  float: 'float',
  boolean: 'bool',
  duration: 'duration',
  status: 'keyword',
  kind: 'keyword',
};

/**
 * The values of an attribute.
 *
 * @param tag as it stands in a query: `span.http.route`, `.env`, `name`
 * @throws {QueryError} `bad_data` when it is no attribute
 */
export async function tagValues(
  source: TraceSource,
  tag: string,
  options: TagValuesOptions = {},
): Promise<TagValuesResponse> {
  const attribute = parseTag(tag);
  const known = attribute.intrinsic === undefined ? undefined : fixed[attribute.intrinsic];
  if (known !== undefined) return { tagValues: known };
  const { maxValues = defaultMaxValues } = options;
  const read = valuesOf(attribute);
  const found = new Map<string, TagValue>();
  await visitSpans(source, options, (view) => {
    for (const value of read(view)) {
      for (const element of elementsOf(value)) {
        const type = valueTypes[element.type];
        if (type === undefined) continue;
        const text = type === 'string' ? encode(element) : print(element);
        found.set(`${type} ${text}`, { type, value: text });
      }
    }
    return found.size < maxValues;
  });
  return { tagValues: [...found.values()].toSorted(byText).slice(0, maxValues) };
}

const byText = (a: TagValue, b: TagValue): number => Number(a.value > b.value) - Number(a.value < b.value);

function parseTag(tag: string): Attribute {
  const { root } = parseSyntax(`{${tag}}`);
  const [first] = root.kind === 'pipeline' ? root.stages : [];
  if (first?.kind === 'filter' && first.expression.kind === 'attribute') return first.expression.attribute;
  throw new QueryError('bad_data', `failed to parse identifier ${tag}: expected an attribute`);
}

/** What an attribute is in a span; several in its events and links, and without a scope both of span and resource. */
function valuesOf(attribute: Attribute): (view: SpanView) => readonly Static[] {
  const { scope, name, intrinsic } = attribute;
  if (intrinsic !== undefined) return intrinsicValues(intrinsic);
  const of = (attributes: Attributes): readonly Static[] => {
    const value = attributes.get(name);
    return value === undefined ? [] : [staticOf(value)];
  };
  switch (scope) {
    case 'resource':
      return ({ span }) => of(span.resource.attributes);
    case 'span':
      return ({ span }) => of(span.attributes);
    case 'event':
      return ({ span }) => span.events.flatMap((event) => of(event.attributes));
    case 'link':
      return ({ span }) => span.links.flatMap((link) => of(link.attributes));
    case 'instrumentation':
      return ({ span }) => of(span.scope.attributes);
    default:
      return ({ span }) => [
        ...of(span.resource.attributes),
        ...of(span.attributes),
        ...of(span.scope.attributes),
      ];
  }
}

/** What is an id, as all of links is, has no values to choose from. */
function intrinsicValues(intrinsic: Intrinsic): (view: SpanView) => readonly Static[] {
  const [ofSpan, ofTrace, ofEvent] = [
    spanColumns[intrinsic],
    traceColumns[intrinsic],
    eventColumns[intrinsic],
  ];
  const ofScope = scopeColumns[intrinsic];
  return (view) => {
    const { span } = view;
    if (ofSpan !== undefined) return [ofSpan.of(view)];
    if (ofTrace !== undefined) return [ofTrace.of(view.facts)];
    if (ofEvent !== undefined) return span.events.map((event) => ofEvent.of({ event, span }));
    return ofScope === undefined ? [] : [ofScope.of(span.scope)];
  };
}
