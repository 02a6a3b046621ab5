import { randomBytes } from 'node:crypto';
import type { AppFacts } from './facts.ts';
import { linePush } from './gather/loki.ts';
import type { Ask } from './gather/server.ts';
import { spanExport } from './gather/tempo.ts';
import { type Answer, type Probe, notAsked } from './probe.ts';

interface Ids {
  readonly atMs: number;
  readonly ownTraceId: string;
}

export function randomTraceId(): string {
  return randomBytes(16).toString('hex');
}

/** One request to the service, as a part of a sampled trace: it becomes a span, an observation and a line. */
export async function plantRequest(probe: Probe, app: AppFacts, traceId: string): Promise<Answer> {
  if (app.serviceUrl === undefined) return notAsked;
  const traceparent = `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
  return probe({ url: app.serviceUrl, headers: { traceparent, 'user-agent': 'sightline-doctor' } });
}

/** One trace to where the service sends its own. */
export async function plantTrace(
  probe: Probe,
  otlpUrl: string,
  { ownTraceId, atMs }: Ids,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return probe({
    url: otlpUrl,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: spanExport(ownTraceId, randomBytes(8).toString('hex'), atMs),
  });
}

/** One line to Loki itself. */
export async function plantLine(ask: Ask, { ownTraceId, atMs }: Ids): Promise<Answer> {
  return ask('/loki/api/v1/push', { body: linePush(ownTraceId, atMs), type: 'application/json' });
}
