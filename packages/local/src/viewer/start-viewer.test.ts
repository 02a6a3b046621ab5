import { once } from 'node:events';
import { type IncomingMessage, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { startLocal } from '../stack/start-local.ts';
import type { ViewerOptions } from './options.ts';
import { startViewer } from './start-viewer.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

async function viewer(options: ViewerOptions = {}): Promise<string> {
  const started = await startViewer({ port: 0, ...options });
  stops.push(() => started.close());
  return started.url;
}

/** A server that tells what it was asked. */
async function echo(): Promise<{ readonly url: string; readonly asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    text(request).then(
      (body) =>
        response.writeHead(207, { 'content-type': 'text/x-echo', 'set-cookie': 'a=b' }).end(body || 'hello'),
      () => response.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

describe('startViewer', () => {
  it('answers as the servers behind it do', async () => {
    const stack = await startLocal({ port: 0 });
    stops.push(() => stack.close());
    const url = await viewer({
      prometheus: stack.url,
      loki: stack.url,
      tempo: stack.url,
      alertmanager: stack.url,
    });
    const answers = await Promise.all(
      ['/api/v1/query?query=1%2B1', '/loki/api/v1/labels', '/api/search?q=%7B%7D', '/api/v2/alerts'].map(
        async (path) => {
          const response = await fetch(`${url}${path}`);
          return [response.status, await response.json()] as const;
        },
      ),
    );
    expect(answers.map(([status]) => status)).toEqual([200, 200, 200, 200]);
    expect(answers[0]?.[1]).toMatchObject({
      status: 'success',
      data: { resultType: 'scalar', result: [expect.anything(), '2'] },
    });
    expect(answers[3]?.[1]).toEqual([]);
  });

  it('adds the headers of a server and keeps those of the browser, hands a form on, and answers in its words', async () => {
    const server = await echo();
    const url = await viewer({
      loki: { url: `${server.url}/base/`, headers: { 'X-Scope-OrgID': 'team', authorization: 'Basic x' } },
    });
    const response = await fetch(`${url}/loki/api/v1/query_range?limit=5`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        cookie: 'session=1',
        authorization: 'Bearer mine',
      },
      body: 'query=%7Ba%3D%22b%22%7D',
    });
    expect([
      response.status,
      response.headers.get('content-type'),
      response.headers.get('set-cookie'),
    ]).toEqual([207, 'text/x-echo', null]);
    expect(await response.text()).toBe('query=%7Ba%3D%22b%22%7D');
    expect(server.asked[0]?.url).toBe('/base/loki/api/v1/query_range?limit=5');
    expect(server.asked[0]?.headers).toMatchObject({ 'x-scope-orgid': 'team', authorization: 'Basic x' });
    expect(server.asked[0]?.headers.cookie).toBeUndefined();
  });

  it('hands the whole query on, also where a question mark stands in it', async () => {
    const server = await echo();
    const url = await viewer({ prometheus: server.url });
    await fetch(`${url}/api/v1/query?query=up{path=~"/a/?"}&time=5`);
    expect(new URL(server.asked[0]!.url!, server.url).searchParams.get('query')).toBe('up{path=~"/a/?"}');
    await fetch(`${url}/api/v1/labels`);
    expect(server.asked[1]!.url).toBe('/api/v1/labels');
  });

  it('sends credentials of an address as a header, and shows them to nobody', async () => {
    const server = await echo();
    const withPassword = server.url.replace('//', '//u:hidden@');
    const url = await viewer({
      prometheus: withPassword,
      loki: { url: withPassword, headers: { Authorization: 'Bearer mine' } },
      tempo: 'http://u:hidden@127.0.0.1:1',
    });
    await fetch(`${url}/api/v1/labels`);
    await fetch(`${url}/loki/api/v1/labels`);
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual([
      `Basic ${Buffer.from('u:hidden').toString('base64')}`,
      'Bearer mine',
    ]);
    const away = await fetch(`${url}/api/search`);
    expect(away.status).toBe(502);
    expect(await away.text()).not.toContain('hidden');
  });

  it('hands on nothing that would change a server', async () => {
    const server = await echo();
    const url = await viewer({ prometheus: server.url, loki: server.url, alertmanager: server.url });
    const statuses = await Promise.all(
      (
        [
          ['POST', '/api/v2/alerts'],
          ['POST', '/api/v1/admin/tsdb/delete_series'],
          ['POST', '/-/reload'],
          ['POST', '/loki/api/v1/push'],
          ['DELETE', '/api/v1/series'],
        ] as const
      ).map(async ([method, path]) => (await fetch(`${url}${path}`, { method })).status),
    );
    expect(statuses).toEqual([405, 404, 404, 404, 405]);
    expect(server.asked).toEqual([]);
  });

  it('says which server was not named, does not answer, or answers too much', async () => {
    const gone = await echo();
    await stops.pop()?.();
    const server = await echo();
    const url = await viewer({ prometheus: gone.url, alertmanager: server.url, maxAnswerBytes: 1024 });
    const ask = async (path: string, init?: RequestInit): Promise<string> => {
      const response = await fetch(`${url}${path}`, init);
      return `${response.status} ${await response.text()}`;
    };
    expect(await ask('/loki/api/v1/labels')).toMatch(/^404 no loki was named: start with --loki/);
    expect(await ask('/api/v1/labels')).toMatch(/^502 prometheus at .* does not answer: .*ECONNREFUSED/);
    expect(await ask('/api/v2/silences', { method: 'POST', body: 'x'.repeat(2000) })).toMatch(
      /^502 the answer of alertmanager is longer than 1024 bytes/,
    );
  });

  it('gives a server up that does not answer in time, or not to its end, and passes no redirect on', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/api/v1/labels') return;
      if (request.url === '/api/v1/alerts') response.writeHead(302, { location: 'http://elsewhere' }).end();
      else response.writeHead(200, { 'content-length': '10' }).write('half', () => response.destroy());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    stops.push(async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const { port } = server.address() as AddressInfo;
    const url = await viewer({ prometheus: `http://127.0.0.1:${port}`, timeoutMs: 200 });
    const ask = async (path: string): Promise<string> => {
      const response = await fetch(`${url}${path}`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await ask('/api/v1/labels')).toMatch(/^504 prometheus at .* did not answer in 200 ms/);
    expect(await ask('/api/v1/alerts')).toMatch(/^502 prometheus at .* does not answer: unexpected redirect/);
    expect(await ask('/api/v1/rules')).toMatch(/^502 the answer of prometheus broke off: /);
    expect(await ask('/ready')).toBe('200 ready\n');
  });

  it('needs the token for the servers, and not for the pages', async () => {
    const server = await echo();
    const token = 'a-token-of-some-length';
    const url = await viewer({ prometheus: server.url, token });
    const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
      (await fetch(`${url}${path}`, { headers })).status;
    expect(await status('/api/v1/labels')).toBe(401);
    expect(await status('/api/v1/labels', { authorization: `Bearer ${token}` })).toBe(207);
    expect(await status('/logs', { accept: 'text/html' })).not.toBe(401);
  });

  it('refuses wrong options, all at once', async () => {
    await expect(startViewer({ prometheus: 'ftp://x', loki: 'nothing' })).rejects.toThrow(
      /prometheus[^]*loki|loki[^]*prometheus/,
    );
  });
});
