import type { Io } from '../io.ts';
import { NOW_MS, statusJson } from './healthy-facts.fixture.ts';

/** A service, the five servers and what takes traces, as far as the doctor asks them. */
export interface FakeSystem {
  readonly fetch: Io['fetch'];
  /** Everything that was asked: `GET http://loki.test/ready`. */
  readonly asked: string[];
}

export interface FakeSystemParts {
  /** Signals that go lost between the service and its server. */
  readonly loses?: readonly ('trace' | 'line' | 'metric')[];
  /** What one place answers in place of the usual: by `host/path`, without the query. */
  readonly answers?: Readonly<Record<string, (url: URL) => Response | Promise<Response>>>;
  /** When the service started [s since 1970]. */
  readonly startSeconds?: number;
}

/** The command line that names all of it. */
export const systemLine = [
  'doctor http://app.test:3000/products --admin http://app.test:9464 --grafana-token-file token',
  ...['prometheus', 'alertmanager', 'loki', 'tempo', 'grafana'].map(
    (server) => `--${server} http://${server}.test`,
  ),
].join(' ');

const labels = { job: 'shop', instance: 'app.test:9464' };

const dataSources = ['prometheus', 'loki', 'tempo', 'alertmanager', 'postgres'];

function alertmanager({ pathname }: URL): Response {
  if (pathname !== '/api/v2/status') return new Response('ready');
  const original = 'route: { receiver: a }\nreceivers: [{ name: a, slack_configs: [{}] }]';
  return Response.json({ versionInfo: { version: '0.34.0' }, config: { original } });
}

export function fakeSystem({
  loses = [],
  answers = {},
  startSeconds = NOW_MS / 1000 - 3600,
}: FakeSystemParts = {}): FakeSystem {
  const asked: string[] = [];
  const inTempo = new Set<string>();
  const inLoki = new Set<string>();
  let requests = 0;
  let exported = 3;
  let scraped = 5;

  function samples(promql: string): object {
    if (promql === 'time()') {
      return { resultType: 'scalar', result: [NOW_MS / 1000, String(NOW_MS / 1000)] };
    }
    const value = promql.startsWith('process_start_time_seconds')
      ? startSeconds
      : promql.startsWith('sum(')
        ? scraped
        : promql.startsWith('max(')
          ? NOW_MS / 1000
          : 200;
    return { resultType: 'vector', result: [{ metric: labels, value: [NOW_MS / 1000, String(value)] }] };
  }

  function service(url: URL, headers: Headers): Response {
    if (url.port === '3000') {
      const traceId = /^00-(\w+)-/.exec(headers.get('traceparent') ?? '')?.[1] ?? '';
      requests += 1;
      exported += 1;
      if (!loses.includes('trace')) inTempo.add(traceId);
      if (!loses.includes('line')) inLoki.add(traceId);
      if (!loses.includes('metric')) scraped += 1;
      return new Response('hello');
    }
    if (url.pathname === '/metrics') {
      const counted = `http_server_request_duration_seconds_count ${5 + requests}`;
      return new Response(`process_start_time_seconds ${startSeconds}\n${counted}\n# EOF\n`);
    }
    const json = statusJson();
    json.config['traces']!['otlp'] = { endpoint: 'http://otlp.test/v1/traces' };
    json.logs.lines['info'] = 2 + requests;
    json.telemetry.exports['traces'] = { exported };
    return Response.json(json);
  }

  function prometheus({ pathname, searchParams }: URL): Response {
    const target = {
      labels,
      scrapeUrl: 'http://app.test:9464/metrics',
      health: 'up',
      lastError: '',
      lastScrape: new Date(NOW_MS - 3000).toISOString(),
      scrapeInterval: '500ms',
    };
    const data: Readonly<Record<string, unknown>> = {
      '/api/v1/targets': { activeTargets: [target], droppedTargets: [] },
      '/api/v1/status/flags': { 'storage.tsdb.retention.time': '15d' },
      '/api/v1/status/buildinfo': { version: '3.14.0' },
      '/api/v1/alertmanagers': { activeAlertmanagers: [{ url: 'http://alertmanager.test/api/v2/alerts' }] },
      '/api/v1/rules': { groups: [{ rules: [{ name: 'r', health: 'ok' }] }] },
      '/api/v1/query': samples(searchParams.get('query') ?? ''),
    };
    return pathname in data
      ? Response.json({ status: 'success', data: data[pathname] })
      : new Response('ready');
  }

  function loki({ pathname, searchParams }: URL, body: string): Response {
    if (pathname.endsWith('/push')) {
      inLoki.add(/"trace_id":"(\w+)"/.exec(body)?.[1] ?? '');
      return new Response(null, { status: 204 });
    }
    if (pathname.endsWith('/labels')) return Response.json({ data: ['service_name'] });
    if (pathname.endsWith('/buildinfo')) return Response.json({ version: '3.7.6' });
    if (!pathname.endsWith('/query_range')) return new Response('ready');
    const traceId = /"(\w{32})"/.exec(searchParams.get('query') ?? '')?.[1] ?? '';
    const found = inLoki.has(traceId) ? [{ stream: { service_name: 'shop' }, values: [['1', '{}']] }] : [];
    return Response.json({ data: { result: found } });
  }

  function tempo({ pathname, searchParams }: URL): Response {
    const id = /^\/api\/traces\/(\w+)$/.exec(pathname)?.[1];
    if (id !== undefined) {
      return inTempo.has(id) ? Response.json({ batches: [{}] }) : new Response('', { status: 404 });
    }
    if (pathname === '/api/search') {
      const searched = /"(\w+)"/.exec(searchParams.get('q') ?? '')?.[1] ?? '';
      return Response.json({ traces: inTempo.has(searched) ? [{}] : [] });
    }
    return pathname.endsWith('/buildinfo') ? Response.json({ version: '2.9.0' }) : new Response('ready');
  }

  function grafana({ href, pathname }: URL, body: string): Response {
    const [, uid, path] = /\/proxy\/uid\/(\w+)(\/.*)$/.exec(href) ?? [];
    if (uid !== undefined) return server(new URL(`http://${uid}.test${path}`), body);
    if (pathname === '/api/datasources') {
      return Response.json(
        dataSources.map((type) => ({ uid: type, type, name: type, url: `http://${type}.test` })),
      );
    }
    return Response.json({ database: 'ok', version: '13.2.0', status: 'OK' });
  }

  function server(url: URL, body: string, headers = new Headers()): Response {
    const host = url.hostname.replace('.test', '');
    if (host === 'app') return service(url, headers);
    if (host !== 'grafana' && url.pathname === '/metrics') return new Response('# EOF\n');
    if (host === 'prometheus') return prometheus(url);
    if (host === 'alertmanager') return alertmanager(url);
    if (host === 'loki') return loki(url, body);
    if (host === 'tempo') return tempo(url);
    if (host === 'grafana') return grafana(url, body);
    const traceId = /"traceId":"(\w+)"/.exec(body)?.[1] ?? '';
    if (!loses.includes('trace')) inTempo.add(traceId);
    return Response.json({ partialSuccess: {} });
  }

  return {
    asked,
    async fetch(given, { method = 'GET', body, headers }) {
      const url = new URL(given);
      asked.push(`${method} ${given}`);
      const other = answers[`${url.hostname.replace('.test', '')}${url.pathname}`];
      return other === undefined
        ? server(url, typeof body === 'string' ? body : '', new Headers(headers))
        : other(url);
    },
  };
}
