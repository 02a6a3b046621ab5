import type { LokiFacts } from '../facts.ts';
import { listAt, textAt, textsAt } from '../json-at.ts';
import { jsonIn, notAsked } from '../probe.ts';
import { type Ask, pageOf, refusalOr } from './server.ts';

/** What Loki tells of itself. */
export async function lokiFacts(ask: Ask, url: string): Promise<LokiFacts> {
  const [ready, before, build, labels] = await Promise.all([
    ask('/ready'),
    pageOf(ask),
    ask('/loki/api/v1/status/buildinfo'),
    ask('/loki/api/v1/labels'),
  ]);
  return {
    url,
    ready: refusalOr(ready, labels),
    version: textAt(jsonIn(build), 'version') || undefined,
    before,
    after: before,
    labels,
    push: notAsked,
    streamLabels: undefined,
  };
}

/** What streams go by, the most usual first: a query needs one. */
const usualLabels = ['service_name', 'job', 'app', 'service', 'container', 'container_name', 'filename'];

/** A selector for as many streams as one can have. */
function everyStream(known: readonly string[]): string {
  const label = usualLabels.find((name) => known.includes(name)) ?? known[0] ?? 'service_name';
  return `{${label}=~".+"}`;
}

export interface FoundLine {
  readonly found: boolean;
  /** The labels of the stream, with the structured metadata of the line. */
  readonly labels: Readonly<Record<string, string>>;
  readonly said: string;
}

/** Looks for the lines of a trace, by their metadata and by what they say. */
export async function findLine(ask: Ask, traceId: string, sinceMs: number): Promise<FoundLine> {
  const known = listAt(jsonIn(await ask('/loki/api/v1/labels')), 'data').filter(
    (each): each is string => typeof each === 'string',
  );
  const stream = everyStream(known);
  const start = `${sinceMs - 600_000}000000`;
  const queries = [`${stream} | trace_id="${traceId}"`, `${stream} |= "${traceId}"`];
  const answers = await Promise.all(
    queries.map((query) =>
      ask(`/loki/api/v1/query_range?limit=5&start=${start}&query=${encodeURIComponent(query)}`),
    ),
  );
  const [first] = answers.flatMap((answer) => listAt(jsonIn(answer), 'data', 'result'));
  const refused = answers.find((answer) => answer.kind !== 'answer' || answer.status !== 200);
  return {
    found: first !== undefined,
    labels: textsAt(first, 'stream'),
    said: refused?.kind === 'answer' ? `${refused.status}: ${refused.text.trim().slice(0, 200)}` : '',
  };
}

/** A push of one line, with the trace id as structured metadata. */
export function linePush(traceId: string, atMs: number): string {
  const line = JSON.stringify({ level: 'info', msg: 'planted by sightline doctor', trace_id: traceId });
  return JSON.stringify({
    streams: [
      {
        stream: { service_name: 'sightline-doctor', level: 'info' },
        values: [[`${atMs}000000`, line, { trace_id: traceId }]],
      },
    ],
  });
}
