/** The servers that the web app asks. */
export type ServerName = 'prometheus' | 'loki' | 'tempo' | 'alertmanager';

interface Share {
  readonly server: ServerName;
  /** What is asked, not what is written; silences are the only thing that a reader may change. */
  readonly methods: readonly string[];
  readonly path: RegExp;
}

const READ = ['GET', 'HEAD'];
/** Grafana and the app post long queries as forms. */
const QUERY = [...READ, 'POST'];

/** Which server answers which path: the read APIs do not overlap. The first that fits counts. */
const SHARES: readonly Share[] = [
  { server: 'alertmanager', methods: READ, path: /^\/api\/v2\/(?:alerts(?:\/groups)?|status|receivers)$/ },
  { server: 'alertmanager', methods: QUERY, path: /^\/api\/v2\/silences$/ },
  { server: 'alertmanager', methods: [...READ, 'DELETE'], path: /^\/api\/v2\/silence\/[\w-]+$/ },
  {
    server: 'tempo',
    methods: READ,
    path: /^\/api\/(?:v2\/)?(?:search(?:\/[^/]+)*|traces\/[\da-fA-F]+)$|^\/api\/metrics\/(?:query|query_range)$|^\/api\/echo$/,
  },
  {
    server: 'prometheus',
    methods: QUERY,
    path: /^\/api\/v1\/(?:query|query_range|query_exemplars|labels|series|format_query|parse_query)$/,
  },
  {
    server: 'prometheus',
    methods: READ,
    path: /^\/api\/v1\/(?:label\/[^/]+\/values|metadata|rules|alerts|targets(?:\/metadata)?|alertmanagers|scrape_pools|status\/(?:buildinfo|runtimeinfo|tsdb))$/,
  },
  {
    server: 'loki',
    methods: QUERY,
    path: /^\/loki\/api\/v1\/(?:query|query_range|labels|series|index\/(?:stats|volume|volume_range)|detected_fields|detected_labels|patterns|format_query|drilldown-limits|detected_field\/[^/]+\/values|label\/[^/]+\/values|status\/buildinfo)$/,
  },
];

/**
 * The server that a request is for.
 *
 * @param path as it was sent, still encoded
 * @returns undefined where none has such a path, `method` where this is not one that is handed on
 */
export function findUpstream(method: string, path: string): ServerName | 'method' | undefined {
  const found = SHARES.filter((share) => share.path.test(path));
  if (found.length === 0) return undefined;
  return found.find(({ methods }) => methods.includes(method))?.server ?? 'method';
}
