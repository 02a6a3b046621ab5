import type { AttributeValue, InstrumentationScope, Resource, Span } from './model.ts';

const scope: InstrumentationScope = { name: 'http', version: '1.0.0', attributes: new Map() };
const resources = new Map<string, Resource>();

/** One resource a service, as an SDK has it. */
function resourceOf(service: string): Resource {
  const known = resources.get(service) ?? { attributes: new Map([['service.name', service]]) };
  resources.set(service, known);
  return known;
}

/** What a test says of a span; the rest is nothing in particular. */
export interface SpanSketch extends Partial<Omit<Span, 'attributes' | 'resource'>> {
  readonly service?: string;
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

export const secondNs = 1_000_000_000n;
/** When the spans of tests start, since 1970 [ns]. */
export const baseNs = 1_790_000_400n * secondNs;

/** A span out of what is said of it. Ids are padded: `trace(1)` and `id(2)` give short ones. */
export function span({ service = 'shop', attributes = {}, ...sketch }: SpanSketch): Span {
  return {
    traceId: trace(1),
    spanId: id(1),
    parentSpanId: '',
    traceState: '',
    name: 'GET',
    kind: 'internal',
    status: 'unset',
    statusMessage: '',
    startNs: baseNs,
    durationNs: secondNs,
    scope,
    events: [],
    links: [],
    ...sketch,
    resource: resourceOf(service),
    attributes: new Map(Object.entries(attributes)),
  };
}

export const trace = (number: number): string => number.toString(16).padStart(32, '0');
export const id = (number: number): string => number.toString(16).padStart(16, '0');
