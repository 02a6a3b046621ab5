import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { attributeText } from './server-answers.ts';

interface Tag {
  readonly key: string;
  readonly value: string;
}

/** What of the data sources leads from one to the next, by their uids. */
interface Joined {
  readonly prometheus: {
    readonly exemplarTraceIdDestinations: readonly {
      readonly name: string;
      readonly datasourceUid: string;
    }[];
  };
  readonly loki: {
    readonly derivedFields: readonly {
      readonly name: string;
      readonly matcherType: 'label' | 'regex';
      readonly matcherRegex: string;
      readonly datasourceUid: string;
      readonly url: string;
    }[];
  };
  readonly tempo: {
    readonly tracesToLogsV2: {
      readonly tags: readonly Tag[];
      readonly query: string;
      readonly spanStartTimeShift: string;
      readonly spanEndTimeShift: string;
    };
    readonly tracesToMetrics: {
      readonly tags: readonly Tag[];
      readonly queries: readonly { readonly name: string; readonly query: string }[];
    };
  };
}

const FILE = new URL('../../dashboards/provisioning/datasources/sightline.yaml', import.meta.url);

/** The committed file as Grafana reads it: a doubled `$` is one. */
function readJoined(): Joined {
  const { datasources } = parse(readFileSync(FILE, 'utf8').replaceAll('$$', '$')) as {
    datasources: readonly { uid: string; jsonData: object }[];
  };
  return Object.fromEntries(datasources.map(({ uid, jsonData }) => [uid, jsonData])) as unknown as Joined;
}

const joined = readJoined();

type Attribute = Parameters<typeof attributeText>[0] & { readonly key: string };

/** A trace as the API of Tempo has it. */
export interface TraceOfTempo {
  readonly batches: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly {
        readonly traceId: string;
        readonly spanId: string;
        readonly name: string;
        readonly kind: string;
        readonly startTimeUnixNano: string;
        readonly endTimeUnixNano: string;
        readonly attributes?: readonly Attribute[];
      }[];
    }[];
  }[];
}

/** One span with all that a link of Grafana can take from it. */
export interface SpanOfTrace {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly isServer: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** Of the resource and of the span. */
  readonly attributes: Readonly<Record<string, string>>;
}

export function spansOf({ batches }: TraceOfTempo): readonly SpanOfTrace[] {
  return batches.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        traceId: hexOf(span.traceId),
        spanId: hexOf(span.spanId),
        name: span.name,
        isServer: span.kind === 'SPAN_KIND_SERVER',
        startMs: Number(BigInt(span.startTimeUnixNano) / 1_000_000n),
        endMs: Number(BigInt(span.endTimeUnixNano) / 1_000_000n),
        attributes: { ...texts(resource.attributes), ...texts(span.attributes) },
      })),
    ),
  );
}

function texts(attributes: readonly Attribute[] = []): Readonly<Record<string, string>> {
  return Object.fromEntries(attributes.map((attribute) => [attribute.key, attributeText(attribute)]));
}

/** Ids are in base64 in the JSON of Tempo. */
function hexOf(id: string): string {
  return Buffer.from(id, 'base64').toString('hex');
}

/** Tags that the span has, as matchers: those that it lacks are left out. */
function matchersOf({ attributes }: SpanOfTrace, tags: readonly Tag[]): string {
  return tags
    .filter(({ key }) => attributes[key] !== undefined)
    .map(({ key, value }) => `${value}="${attributes[key]}"`)
    .join(', ');
}

function secondsOf(shift: string): number {
  const [, sign, amount, unit] = /^(-?)(\d+)(s|m|h)$/.exec(shift) ?? [];
  const seconds = Number(amount) * ({ s: 1, m: 60, h: 3600 }[unit ?? ''] ?? Number.NaN);
  return sign === '-' ? -seconds : seconds;
}

/** What Grafana sends to Loki when somebody asks for the logs of a span. */
export function logsOfSpan(span: SpanOfTrace): {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
} {
  const { tags, query, spanStartTimeShift, spanEndTimeShift } = joined.tempo.tracesToLogsV2;
  return {
    query: query
      .replaceAll('${__tags}', matchersOf(span, tags))
      .replaceAll('${__trace.traceId}', span.traceId)
      .replaceAll('${__span.spanId}', span.spanId),
    startMs: span.startMs + secondsOf(spanStartTimeShift) * 1000,
    endMs: span.endMs + secondsOf(spanEndTimeShift) * 1000,
  };
}

/** What Grafana sends to Prometheus when somebody asks for the metrics of a span. */
export function metricsOfSpan(
  span: SpanOfTrace,
  rateInterval: string,
): readonly { readonly name: string; readonly query: string }[] {
  const { tracesToMetrics } = joined.tempo;
  return tracesToMetrics.queries.map(({ name, query }) => ({
    name,
    query: query
      .replaceAll('$__tags', matchersOf(span, tracesToMetrics.tags))
      .replaceAll('$__rate_interval', rateInterval),
  }));
}

/** Where an exemplar leads: the label that holds the id of its trace. */
export function exemplarLabel(): string {
  const { exemplarTraceIdDestinations } = joined.prometheus;
  return exemplarTraceIdDestinations.find(({ datasourceUid }) => datasourceUid === 'tempo')?.name ?? '';
}

/** What leads on from a line, by the name of the field: a query of the data source that it leads to. */
export function linksOfLine(
  line: string,
  labels: Readonly<Record<string, string>>,
): ReadonlyMap<string, { readonly to: string; readonly query: string }> {
  return new Map(
    joined.loki.derivedFields.flatMap(({ name, matcherType, matcherRegex, datasourceUid, url }) => {
      const value = matcherType === 'label' ? labels[matcherRegex] : new RegExp(matcherRegex).exec(line)?.[1];
      return value === undefined
        ? []
        : [[name, { to: datasourceUid, query: url.replaceAll('${__value.raw}', value) }] as const];
    }),
  );
}

/** The query that a link to Explore opens with. */
export function exploredQuery(url: string): { readonly to: string; readonly query: string } {
  const panes = new URL(url, 'http://grafana').searchParams.get('panes') ?? '';
  const { a } = JSON.parse(panes) as {
    a: { queries: readonly { query?: string; expr?: string; datasource: { type: string } }[] };
  };
  const [first] = a.queries;
  return { to: first?.datasource.type ?? '', query: first?.query ?? first?.expr ?? '' };
}
