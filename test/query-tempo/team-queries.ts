import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);
const filesOf = (folder: string, ending: string): readonly string[] =>
  readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith(ending))
    .map((name) => readFileSync(new URL(`${folder}${name}`, root), 'utf8'));

/** A query with values where Grafana or Prometheus put some in. */
const filled = (query: string): string =>
  query.replaceAll(/\$\{?\w+(?::\w+)?\}?/g, '.+').replaceAll(/\{\{.*?\}\}/g, 'shop');

/** Every query in TraceQL of `dashboards/`, of the links of `alerts/` and of the runbooks. */
export function teamQueries(): readonly string[] {
  const dashboards = filesOf('dashboards/', '.json').flatMap((text) => queriesIn(JSON.parse(text)));
  const alerts = filesOf('alerts/prometheus/', '.yml').flatMap(linkedQueries);
  const runbooks = filesOf('alerts/runbooks/', '.md').flatMap((text) =>
    Array.from(text.matchAll(/```traceql\n([^]*?)```/g), ([, query = '']) => query.trim()),
  );
  return [...new Set([...dashboards, ...alerts, ...runbooks].map(filled))];
}

function queriesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { queryType, query } = value as { queryType?: unknown; query?: unknown };
  const own = queryType === 'traceql' && typeof query === 'string' ? [query] : [];
  return [...own, ...Object.values(value).flatMap(queriesIn)];
}

/** Links to Explore hold their query as JSON in a parameter. */
function linkedQueries(text: string): readonly string[] {
  return Array.from(
    text.matchAll(/%22traceql%22%2C%22query%22%3A(%22.*?[^C]%22)%7D/g),
    ([, encoded = '']) => JSON.parse(decodeURIComponent(encoded)) as string,
  );
}
