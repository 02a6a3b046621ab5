import type { TempoFacts } from '../facts.ts';
import { listAt, textAt } from '../json-at.ts';
import { isOk, jsonIn } from '../probe.ts';
import { type Ask, pageOf, refusalOr } from './server.ts';

/** What Tempo tells of itself. */
export async function tempoFacts(ask: Ask, url: string): Promise<TempoFacts> {
  const [ready, before, build, tags] = await Promise.all([
    ask('/ready'),
    pageOf(ask),
    ask('/api/status/buildinfo'),
    ask('/api/search/tags'),
  ]);
  return {
    url,
    ready: refusalOr(ready, tags),
    version: textAt(jsonIn(build), 'version') || undefined,
    before,
    after: before,
    searchable: undefined,
  };
}

/** By its id, which is possible before the search knows it. */
export async function findTrace(ask: Ask, traceId: string): Promise<{ found: boolean; said: string }> {
  const answer = await ask(`/api/traces/${traceId}`);
  if (answer.kind !== 'answer') return { found: false, said: '' };
  const found =
    isOk(answer) &&
    listAt(answer.json, 'batches').length + listAt(answer.json, 'trace', 'resourceSpans').length > 0;
  const said =
    answer.status === 200 || answer.status === 404 ? '' : `${answer.status}: ${answer.text.trim()}`;
  return { found, said: said.slice(0, 200) };
}

export async function searchFinds(ask: Ask, traceId: string): Promise<boolean> {
  const query = encodeURIComponent(`{ trace:id = "${traceId}" }`);
  return listAt(jsonIn(await ask(`/api/search?q=${query}&limit=1`)), 'traces').length > 0;
}

/** An export of one span over OTLP, as JSON. */
export function spanExport(traceId: string, spanId: string, atMs: number): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'sightline-doctor' } }] },
        scopeSpans: [
          {
            scope: { name: 'sightline-doctor' },
            spans: [
              {
                traceId,
                spanId,
                name: 'planted by sightline doctor',
                kind: 1,
                startTimeUnixNano: `${atMs}000000`,
                endTimeUnixNano: `${atMs + 1}000000`,
                // Collectors that sample tails keep what failed.
                status: { code: 2, message: 'planted: nothing is wrong' },
              },
            ],
          },
        ],
      },
    ],
  });
}
