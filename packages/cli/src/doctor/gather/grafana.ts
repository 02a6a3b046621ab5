import type { DataSourceFacts, GrafanaFacts } from '../facts.ts';
import { listAt, textAt, valueAt } from '../json-at.ts';
import { jsonIn, notAsked } from '../probe.ts';
import type { Ask } from './server.ts';

const ofInterest: ReadonlySet<string> = new Set(['prometheus', 'loki', 'tempo', 'alertmanager']);
/** What has no question for its health behind its data source. */
const withoutHealth: ReadonlySet<string> = new Set(['alertmanager']);

/** What Grafana tells of itself, and where there is a token, of its data sources. */
export async function grafanaFacts(ask: Ask, url: string, hasToken: boolean): Promise<GrafanaFacts> {
  const [ready, list] = await Promise.all([
    ask('/api/health'),
    hasToken ? ask('/api/datasources') : Promise.resolve(notAsked),
  ]);
  const dataSources = await Promise.all(listAt(jsonIn(list)).map((each) => dataSourceOf(ask, each)));
  return {
    url,
    ready,
    version: textAt(jsonIn(ready), 'version'),
    before: [],
    after: [],
    hasToken,
    list,
    dataSources: dataSources.filter(({ type }) => ofInterest.has(type)),
  };
}

async function dataSourceOf(ask: Ask, json: unknown): Promise<DataSourceFacts> {
  const [uid, type] = [textAt(json, 'uid') ?? '', textAt(json, 'type') ?? ''];
  const asked = ofInterest.has(type) && !withoutHealth.has(type);
  return {
    uid,
    type,
    name: textAt(json, 'name') ?? uid,
    url: textAt(json, 'url') ?? '',
    jsonData: valueAt(json, 'jsonData'),
    health: asked ? await ask(`/api/datasources/uid/${encodeURIComponent(uid)}/health`) : notAsked,
  };
}
