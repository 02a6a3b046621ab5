import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

type Json = Record<string, unknown>;

interface Stored {
  json: Json;
  folderUid: string;
  message: string;
  version: number;
}

/** A server that speaks as much of Grafana's HTTP API as is documented for what the client asks. */
export interface FakeGrafana {
  readonly url: string;
  readonly dashboards: Map<string, Stored>;
  readonly folders: Map<string, string>;
  /** `GET /api/…` of every request that came. */
  readonly requests: string[];
  /** What else it does: answers in place of itself, saves in between. */
  before: (request: string) => { readonly status: number; readonly body: string } | undefined;
  /** Saves as a person does in the browser. */
  edit(uid: string, change: Json): void;
  stop(): Promise<void>;
}

export const TOKEN = 'glsa_a-token-that-no-error-may-show';

/** @param options.versions how the history is answered: up to Grafana 11 a list, later an object */
export async function startFakeGrafana(
  options: { readonly versions?: 'list' | 'object' } = {},
): Promise<FakeGrafana> {
  const dashboards = new Map<string, Stored>();
  const folders = new Map<string, string>();
  const requests: string[] = [];

  function answer(request: string, url: URL, body: Json): readonly [status: number, body: unknown] {
    const own = fake.before(request);
    if (own !== undefined) return [own.status, own.body];
    if (request === 'GET /api/health') return [200, { database: 'ok', version: '12.1.0' }];
    if (request === 'GET /api/search') return [200, search(url.searchParams)];
    if (request === 'POST /api/folders') return createFolder(body);
    if (request === 'POST /api/dashboards/db') return save(body);
    const folder = /^GET \/api\/folders\/([^/]+)$/.exec(request)?.[1];
    if (folder !== undefined)
      return folders.has(folder) ? [200, { uid: folder }] : [404, { message: 'folder not found' }];
    const [, uid = '', history] = /^GET \/api\/dashboards\/uid\/([^/]+)(\/versions)?$/.exec(request) ?? [];
    const stored = dashboards.get(uid);
    if (stored === undefined) return [404, { message: 'Dashboard not found' }];
    if (history === undefined)
      return [200, { dashboard: stored.json, meta: { folderUid: stored.folderUid, provisioned: false } }];
    const versions = [{ version: stored.version, message: stored.message }];
    return [200, options.versions === 'list' ? versions : { versions }];
  }

  function search(parameters: URLSearchParams): unknown {
    const tag = parameters.get('tag');
    const folder = parameters.get('folderUIDs');
    return Array.from(dashboards, ([uid, { json, folderUid }]) => ({
      uid,
      title: json['title'],
      folderUid,
      tags: json['tags'],
    }))
      .filter(({ tags }) => tag === null || (Array.isArray(tags) && tags.includes(tag)))
      .filter(({ folderUid }) => folder === null || folder === folderUid);
  }

  function createFolder({ uid, title }: Json): readonly [number, unknown] {
    folders.set(String(uid), String(title));
    return [200, { uid, title }];
  }

  function save({ dashboard, folderUid, overwrite, message }: Json): readonly [number, unknown] {
    if (!folders.has(String(folderUid))) return [400, { message: 'folder not found' }];
    const json = dashboard as Json;
    const uid = String(json['uid']);
    const stored = dashboards.get(uid);
    if (stored !== undefined && overwrite !== true && json['version'] !== stored.version) {
      return [412, { status: 'version-mismatch', message: 'The dashboard has been changed by someone else' }];
    }
    put(uid, { ...json }, String(folderUid), String(message));
    return [200, { status: 'success', uid, url: `/d/${uid}/${uid}` }];
  }

  function put(uid: string, json: Json, folderUid: string, message: string): void {
    const version = (dashboards.get(uid)?.version ?? 0) + 1;
    // As a later Grafana does, it writes what it has migrated.
    dashboards.set(uid, {
      json: { ...json, id: 7, version, schemaVersion: 42 },
      folderUid,
      message,
      version,
    });
  }

  async function reply(
    request: IncomingMessage,
    response: ServerResponse,
    what: string,
    url: URL,
  ): Promise<void> {
    const body = await bodyOf(request);
    const [status, said] = isToken(request) ? answer(what, url, body) : [401, { message: 'Invalid API key' }];
    const location = status === 302 ? { location: '/login' } : {};
    response.writeHead(status, { 'content-type': 'application/json', ...location });
    response.end(typeof said === 'string' ? said : JSON.stringify(said));
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://grafana');
    const what = `${request.method} ${url.pathname}`;
    requests.push(what);
    void reply(request, response, what, url);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const fake: FakeGrafana = {
    url: `http://127.0.0.1:${port}`,
    dashboards,
    folders,
    requests,
    before: () => undefined,
    edit(uid, change) {
      const stored = dashboards.get(uid);
      if (stored !== undefined) put(uid, { ...stored.json, ...change }, stored.folderUid, '');
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

function isToken({ headers }: IncomingMessage): boolean {
  return headers.authorization === `Bearer ${TOKEN}`;
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  const body = await text(request);
  return body === '' ? {} : (JSON.parse(body) as Json);
}
