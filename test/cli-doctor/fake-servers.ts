import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Front, startFront } from './front.ts';

/** What a fake is to do wrong. Everything else is as the real server does it. */
export interface TempoFaults {
  /** Takes spans and forgets them. */
  readonly forgets?: true;
  readonly notReady?: true;
  /** Finds traces by their id only. */
  readonly searchesLate?: true;
  readonly discards?: string;
}

export interface Fake extends Front {
  /** Where it takes OTLP over HTTP. */
  readonly otlpUrl: string;
}

/** Tempo as far as the doctor asks it: readiness, OTLP, a trace by its id, the search. */
export async function startFakeTempo(faults: TempoFaults = {}): Promise<Fake> {
  const taken: Buffer[] = [];
  let discarded = 0;
  const has = (id: string): boolean =>
    faults.forgets === undefined &&
    taken.some((body) => body.includes(Buffer.from(id, 'hex')) || body.includes(id));
  const front = await startFront({
    answer(request, response, body) {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://tempo');
      const json = (value: unknown, status = 200): boolean => answerJson(response, value, status);
      if (pathname === '/ready') {
        response
          .writeHead(faults.notReady ? 503 : 200)
          .end(faults.notReady ? 'Live store not ready\n' : 'ready\n');
        return true;
      }
      if (pathname === '/v1/traces') {
        if (faults.discards === undefined) taken.push(body);
        else discarded += 1;
        return isJson(request) ? json({ partialSuccess: {} }) : end(response);
      }
      if (pathname === '/metrics') {
        const lines = [
          `tempo_distributor_spans_received_total{tenant="single-tenant"} ${taken.length}`,
          ...(discarded > 0
            ? [`tempo_discarded_spans_total{reason="${faults.discards}",tenant="single-tenant"} ${discarded}`]
            : []),
        ];
        response.end(`${lines.join('\n')}\n`);
        return true;
      }
      if (pathname === '/api/status/buildinfo') return json({ version: '3.0.0', revision: 'fake' });
      const id = /^\/api\/traces\/([0-9a-f]{32})$/.exec(pathname)?.[1];
      if (id !== undefined) {
        if (has(id)) return json({ batches: [{ resource: {}, scopeSpans: [] }] });
        response.writeHead(404).end('trace not found');
        return true;
      }
      const searched = /"([0-9a-f]{32})"/.exec(searchParams.get('q') ?? '')?.[1];
      if (pathname === '/api/search') {
        const found = searched !== undefined && has(searched) && faults.searchesLate === undefined;
        return json({ traces: found ? [{ traceID: searched }] : [], metrics: {} });
      }
      return false;
    },
  });
  return { ...front, otlpUrl: front.url };
}

export interface GrafanaFaults {
  /** Types that have no data source. */
  readonly without?: readonly string[];
  /** The URL of a data source, by its type. */
  readonly urls?: Readonly<Record<string, string>>;
  readonly uids?: Readonly<Record<string, string>>;
  readonly manageAlerts?: false;
  readonly refusesToken?: true;
  readonly database?: string;
}

/** Longest wait for what is behind a data source [ms]. */
const ANSWER_MS = 20_000;

/** Grafana as far as the doctor asks it: health, data sources, their health, and what is behind them. */
export async function startFakeGrafana(
  urls: Readonly<Record<'prometheus' | 'loki' | 'tempo' | 'alertmanager', string>>,
  faults: GrafanaFaults = {},
): Promise<Front> {
  const sources = (['prometheus', 'loki', 'tempo', 'alertmanager'] as const)
    .filter((type) => !faults.without?.includes(type))
    .map((type, index) => ({
      id: index + 1,
      uid: faults.uids?.[type] ?? type,
      name: `The ${type}`,
      type,
      access: 'proxy',
      url: faults.urls?.[type] ?? urls[type],
      jsonData: type === 'prometheus' ? { manageAlerts: faults.manageAlerts ?? true } : {},
    }));
  const ready: Readonly<Record<string, string>> = { prometheus: '/-/ready', loki: '/ready', tempo: '/ready' };

  async function behind(
    source: (typeof sources)[number],
    path: string,
    response: ServerResponse,
  ): Promise<void> {
    try {
      const answered = await fetch(`${source.url}${path}`, { signal: AbortSignal.timeout(ANSWER_MS) });
      response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' });
      response.end(await answered.text());
    } catch {
      response.writeHead(502).end('Bad Gateway');
    }
  }
  async function health(source: (typeof sources)[number], response: ServerResponse): Promise<void> {
    const answered = await fetch(`${source.url}${ready[source.type]}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(() => undefined);
    if (answered?.ok) answerJson(response, { status: 'OK', message: 'It works.' });
    else answerJson(response, { status: 'ERROR', message: 'dial tcp: connection refused' }, 400);
  }

  return startFront({
    answer(request, response) {
      const { pathname, search } = new URL(request.url ?? '/', 'http://grafana');
      if (pathname === '/api/health') {
        return answerJson(response, { database: faults.database ?? 'ok', version: '13.2.0' });
      }
      if (request.headers.authorization !== 'Bearer glsa_doctor' || faults.refusesToken) {
        return answerJson(response, { message: 'Invalid API key' }, 401);
      }
      if (pathname === '/api/datasources') return answerJson(response, sources);
      const [, uid, rest = ''] = /^\/api\/datasources\/(?:proxy\/)?uid\/([^/]+)(.*)$/.exec(pathname) ?? [];
      const source = sources.find((each) => each.uid === uid);
      if (source === undefined) return answerJson(response, { message: 'Data source not found' }, 404);
      if (pathname.startsWith('/api/datasources/proxy/')) void behind(source, `${rest}${search}`, response);
      else if (source.type === 'alertmanager')
        return answerJson(response, { message: 'not implemented' }, 404);
      else void health(source, response);
      return true;
    },
  });
}

function answerJson(response: ServerResponse, value: unknown, status = 200): boolean {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  return true;
}

function end(response: ServerResponse): boolean {
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  return true;
}

function isJson(request: IncomingMessage): boolean {
  return request.headers['content-type']?.includes('json') ?? false;
}
