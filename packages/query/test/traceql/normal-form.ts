import type { KeyValue, SearchResponse, SpansetSearchResult } from '../../src/traceql/index.ts';

/** An answer of a search in an order of its own, so that what says the same is the same. */
export function normalSearch({ traces = [] }: Partial<SearchResponse>): readonly string[] {
  return traces
    .map(({ traceID, rootServiceName = '', rootTraceName = '', durationMs = 0, serviceStats, spanSets }) => {
      const stats = Object.entries(serviceStats)
        .map(([service, { spanCount, errorCount = 0 }]) => `${service} ${spanCount} ${errorCount}`)
        .toSorted();
      const head = `${traceID} ${rootServiceName}: ${rootTraceName} ${durationMs} ms (${stats.join(', ')})`;
      return [head, ...spanSets.map(normalSpanset).toSorted()].join('\n  ');
    })
    .toSorted();
}

function normalSpanset({ spans = [], matched = 0, attributes = [] }: Partial<SpansetSearchResult>): string {
  const shown = spans
    .map((span) => `${span.spanID} ${span.name ?? ''} ${span.durationNanos} ${keyValues(span.attributes)}`)
    .toSorted();
  return `${matched} [${keyValues(attributes)}] ${shown.join('; ')}`;
}

function keyValues(attributes: readonly KeyValue[] = []): string {
  return attributes
    .map(({ key, value }) => `${key}=${JSON.stringify(value)}`)
    .toSorted()
    .join(' ');
}

/** Series of any API, as far as they are compared. */
export interface AnySeries {
  readonly labels?: readonly KeyValue[];
  readonly samples?: readonly { readonly timestampMs?: string; readonly value?: number | string }[];
  readonly value?: number | string;
}

/** Series in an order of their own, with times from a base [s] on. */
export function normalSeries(
  { series = [] }: { readonly series?: readonly AnySeries[] },
  baseSeconds: number,
): readonly string[] {
  return series
    .filter(({ labels = [] }) => !isMerged(labels))
    .map(({ labels = [], samples, value = 0 }) => {
      const values = (samples ?? [{ value }]).map((sample) => {
        const at =
          sample.timestampMs === undefined ? '' : `${Number(sample.timestampMs) / 1_000 - baseSeconds}: `;
        return at + Number(sample.value ?? 0);
      });
      return `{${keyValues(labels)}} ${values.join(', ')}`;
    })
    .toSorted();
}

/** Counts of different arrays, of which Tempo keeps any one. */
const isMerged = (labels: readonly KeyValue[]): boolean =>
  labels.some(({ key, value }) => key === '__meta_type' && /^(?:baseline|selection)$/.test(textOf(value))) &&
  labels.some(({ value }) => textOf(value) === 'nil');

const textOf = (value: KeyValue['value']): string => ('stringValue' in value ? value.stringValue : '');

/** Numbers of series of Prometheus, in an order of their own. */
export function normalSamples(
  samples: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[],
): readonly string[] {
  return samples
    .map(({ labels, value }) => {
      const shown = Object.entries(labels)
        .filter(([name, label]) => label !== '' && name !== '__metrics_gen_instance')
        .map(([name, label]) => `${name}="${name === 'le' && label !== '+Inf' ? Number(label) : label}"`);
      return `{${shown.toSorted().join(' ')}} ${value}`;
    })
    .toSorted();
}

/** How far sums of floats may be apart that were added in another order. */
const toleranceRatio = 1e-12;

/** Whether two lines say the same, numbers of series within a tolerance. */
export function sameLine(left = '', right = ''): boolean {
  if (left === right) return true;
  const [a, b] = [left.split(', '), right.split(', ')];
  return a.length === b.length && a.every((part, index) => samePart(part, b[index] ?? ''));
}

function samePart(left: string, right: string): boolean {
  if (left === right) return true;
  const [headA, a] = atNumber(left);
  const [headB, b] = atNumber(right);
  return headA === headB && Math.abs(a - b) <= toleranceRatio * Math.max(Math.abs(a), Math.abs(b));
}

function atNumber(part: string): readonly [head: string, number: number] {
  const at = part.lastIndexOf(' ') + 1;
  return [part.slice(0, at), Number(part.slice(at))];
}

/** An error without what Tempo's parts put in front of it. */
export function normalError(message: string): string {
  return message
    .replace(/^.*(?:block|Search|QueryRange)[^:]*: (?:\([^)]*\): )?/, '')
    .replace(/^.*\): /, '')
    .replace(/^(?:compiling query|invalid TraceQL query): /, '');
}
