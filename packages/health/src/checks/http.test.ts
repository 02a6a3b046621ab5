import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { httpCheck, type HttpCheckOptions } from './http.ts';
import { runCheck, sockets, timers, until } from './run-check.fixture.ts';

/** An upstream, with what it was asked. */
async function upstream(listener: RequestListener): Promise<{
  readonly origin: string;
  readonly asked: IncomingMessage[];
  readonly connections: () => Promise<number>;
}> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    listener(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
  };
}

function status(code: number): RequestListener {
  return (_, response) => void response.writeHead(code).end('body');
}

describe('httpCheck', () => {
  it('is up with any 2xx, with the URL and the status as details', async () => {
    const { origin } = await upstream(status(204));
    expect(await runCheck(httpCheck({ url: `${origin}/livez` }))).toEqual({
      status: 'up',
      details: { url: `${origin}/livez`, status: 204 },
    });
  });

  it.each([
    { code: 503, options: {}, reason: 'answers 503, expected 200 to 299' },
    { code: 200, options: { expectStatus: 204 }, reason: 'answers 200, expected 204' },
    { code: 200, options: { expectStatus: [401, 403] }, reason: 'answers 200, expected 401 or 403' },
    {
      code: 302,
      options: {},
      reason: 'answers 302, expected 200 to 299; redirects are not followed, give the final URL',
    },
  ])('says that it $reason', async ({ code, options, reason }) => {
    const { origin } = await upstream(status(code));
    expect(await runCheck(httpCheck({ url: `${origin}/livez`, ...options }))).toEqual({
      status: 'down',
      reason: `GET ${origin}/livez ${reason}`,
      details: { url: `${origin}/livez`, status: code },
    });
  });

  it('is up with a status that was asked for', async () => {
    const { origin } = await upstream(status(401));
    expect((await runCheck(httpCheck({ url: origin, expectStatus: [401, 403] }))).status).toBe('up');
  });

  it('follows no redirect, so that what it sends goes nowhere else', async () => {
    const elsewhere = await upstream(status(200));
    const { origin } = await upstream((_, response) => {
      response.writeHead(307, { location: `${elsewhere.origin}/?token=hunter2` }).end();
    });
    const { reason } = await runCheck(
      httpCheck({ url: origin, headers: { authorization: 'Bearer hunter2' } }),
    );
    expect(elsewhere.asked).toHaveLength(0);
    expect(reason).not.toContain('hunter2');
  });

  it('sends its method, its headers and the login of the URL, and no trace context', async () => {
    const { origin, asked } = await upstream(status(200));
    const url = origin.replace('//', '//us%65r:p%40ss@');
    expect((await runCheck(httpCheck({ url, method: 'HEAD', headers: { 'X-Check': 'yes' } }))).status).toBe(
      'up',
    );
    expect(asked[0]?.method).toBe('HEAD');
    expect(asked[0]?.headers).toMatchObject({
      'x-check': 'yes',
      authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
      connection: 'close',
    });
    expect(asked[0]?.headers).not.toHaveProperty('traceparent');
  });

  it.each([
    ['a wrong status', 503],
    ['a right status', 200],
  ])('shows no secret of the URL or the headers with %s', async (_, code) => {
    const { origin } = await upstream(status(code));
    const url = `${origin.replace('//', '//user:hunter2@')}/services/T0AB12XZ/hunter2hunter2/health?key=hunter2#hunter2`;
    const result = await runCheck(
      httpCheck({ url, headers: { authorization: 'hunter2', 'x-api-key': 'hunter2' } }),
    );
    expect(JSON.stringify(result)).not.toMatch(/hunter2|T0AB12XZ|user/);
    expect(result.details).toMatchObject({ url: `${origin}/services/…/…/health` });
  });

  it.each([
    ['//us%er:50%@', 'us%er:50%'],
    ['//:pass@', ':pass'],
  ])('sends the login %s as it is written where it is no escape', async (login, sent) => {
    const { origin, asked } = await upstream(status(200));
    expect((await runCheck(httpCheck({ url: origin.replace('//', login) }))).status).toBe('up');
    expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from(sent).toString('base64')}`);
  });

  it('goes on without a proxy where proxies are asked for and none is named', async () => {
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    for (const name of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(name, undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { origin } = await upstream(status(200));
    expect((await runCheck(httpCheck({ url: origin }))).status).toBe('up');
  });

  it.each([
    ['NODE_USE_ENV_PROXY', '1'],
    ['NODE_OPTIONS', '--enable-source-maps --use-env-proxy'],
  ])('asks through the proxy of the environment where Node.js takes it by %s=%s', async (name, value) => {
    const { origin, asked } = await upstream(status(200));
    vi.stubEnv(name, value);
    for (const proxy of ['HTTP_PROXY', 'http_proxy']) vi.stubEnv(proxy, origin);
    for (const none of ['NO_PROXY', 'no_proxy']) vi.stubEnv(none, undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect((await runCheck(httpCheck({ url: 'http://payments.invalid/livez' }))).status).toBe('up');
    expect(asked[0]?.url).toBe('http://payments.invalid/livez');
  });

  it('is down when the answer to HTTPS is none of TLS', async () => {
    const { origin, asked } = await upstream(status(200));
    const url = origin.replace('http:', 'https:');
    expect(await runCheck(httpCheck({ url }))).toMatchObject({ status: 'down', details: { url: `${url}/` } });
    expect(asked).toEqual([]);
  });

  it('shows no secret when it cannot connect', async () => {
    const { status: state, reason } = await runCheck(
      httpCheck({ url: 'http://user:hunter2@127.0.0.1:2/a?key=hunter2' }),
    );
    expect(state).toBe('down');
    expect(reason).toBe(
      'GET http://127.0.0.1:2/a fails: connection refused at 127.0.0.1:2: nothing listens there (ECONNREFUSED)',
    );
  });

  it('is down when the answer is another protocol', async () => {
    const { origin } = await upstream((_, response) => {
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    });
    expect(await runCheck(httpCheck({ url: origin }))).toMatchObject({ status: 'down' });
  });

  it('says that a name does not exist, or that nobody knows in time', async () => {
    const { reason } = await runCheck(httpCheck({ url: 'http://nowhere.invalid/', timeoutMs: 1000 }));
    expect(reason).toMatch(
      /^GET http:\/\/nowhere\.invalid\/ (?:fails: the name nowhere\.invalid (?:is not known|cannot be)|has no answer)/,
    );
  });

  it.each([
    ['a text', '"ok"'],
    ['a pattern', /"status":\s*"ok"/],
    ['a pattern that keeps its position', /ok/g],
    ['a function', (body: string) => JSON.parse(body).status === 'ok'],
  ])('looks for %s in the body, each time anew', async (_, expectBody) => {
    let state = 'ok';
    const { origin } = await upstream((_request, response) => void response.end(`{"status": "${state}"}`));
    const check = httpCheck({ url: origin, expectBody });
    expect((await runCheck(check)).status).toBe('up');
    expect((await runCheck(check)).status).toBe('up');
    state = 'failing';
    const result = await runCheck(check);
    expect(result).toMatchObject({
      status: 'down',
      reason: `GET ${origin}/ answers 200, and its body is not as expected`,
    });
  });

  it('shows nothing of the body, and says so when the function that tests it throws', async () => {
    const { origin } = await upstream((_, response) => void response.end('<html>hunter2'));
    const { status: state, reason } = await runCheck(
      httpCheck({ url: origin, expectBody: (body) => JSON.parse(body).ok }),
    );
    expect(state).toBe('down');
    expect(reason).toBe(`GET ${origin}/ answers 200, and what looks into its body threw`);
  });

  it('reads no more of the body than it may, and lets go of the rest', async () => {
    let sentBytes = 0;
    const { origin, connections } = await upstream((_, response) => {
      const chunk = Buffer.alloc(16_384, 'x');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sentBytes += chunk.length;
        response.once('drain', more);
      };
      more();
    });
    const { reason } = await runCheck(httpCheck({ url: origin, expectBody: 'y', maxBodyBytes: 1000 }));
    expect(reason).toBe(`GET ${origin}/ answers 200, and its body is not as expected in its first 1000 B`);
    expect((await runCheck(httpCheck({ url: origin }))).status).toBe('up');
    await until(async () => (await connections()) === 0);
    expect(sentBytes).toBeLessThan(32 * 1024 * 1024);
  });

  it('reads a text that is cut inside a character', async () => {
    const { origin } = await upstream((_, response) => {
      const [start, end] = [Buffer.from('grü').subarray(0, 3), Buffer.from('grün').subarray(3)];
      response.write(start);
      setImmediate(() => response.end(end));
    });
    expect((await runCheck(httpCheck({ url: origin, expectBody: 'grün' }))).status).toBe('up');
  });

  it('is down within its time when there is no answer, or no end of the body', async () => {
    const silent = await upstream(() => {});
    const first = await runCheck(httpCheck({ url: silent.origin, timeoutMs: 30 }));
    expect(first.reason).toMatch(new RegExp(`^GET ${silent.origin}/ has no answer after \\d+ ms$`));
    const endless = await upstream((_, response) => void response.writeHead(200).write('a'));
    const second = await runCheck(httpCheck({ url: endless.origin, timeoutMs: 200, expectBody: 'b' }));
    expect(second.reason).toMatch(/ answers 200, and its body is not there after \d+ ms$/);
    await until(async () => (await silent.connections()) + (await endless.connections()) === 0);
  });

  it('leaves no connection, socket or timer open, also when it is aborted', async () => {
    const { origin, asked, connections } = await upstream((request, response) => {
      if (request.url === '/fast') response.end('x');
    });
    await runCheck(httpCheck({ url: `${origin}/fast` }));
    await until(async () => (await connections()) === 0);
    const before = { sockets: sockets(), timers: timers() };
    for (let run = 0; run < 10; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await runCheck(httpCheck({ url: `${origin}/fast` }));
    }
    const stop = new AbortController();
    const running = runCheck(httpCheck({ url: `${origin}/slow`, timeoutMs: 59_900 }), stop.signal);
    await until(() => asked.some(({ url }) => url === '/slow'));
    stop.abort();
    expect((await running).status).toBe('down');
    await until(async () => (await connections()) === 0);
    await until(() => sockets() <= before.sockets && timers() <= before.timers);
  });

  it('refuses to look into the body of an answer to HEAD', () => {
    expect(() => httpCheck({ url: 'http://a/', method: 'HEAD', expectBody: 'ok' })).toThrow(
      expect.objectContaining({
        code: 'SIGHTLINE_OPTIONS',
        message: expect.stringContaining('a method whose answer has a body'),
      }),
    );
  });

  it('names everything that is wrong with its options, without their texts', () => {
    const options = {
      url: 'ftp://user:hunter2@host',
      method: 'get',
      expectStatus: 99,
      headers: { 'x-key': 'hunter2\r\nx: y' },
      maxBodyBytes: 0,
      timeout: 5,
    } as unknown as HttpCheckOptions;
    let caught: unknown;
    try {
      httpCheck(options);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ code: 'SIGHTLINE_OPTIONS' });
    const { message } = caught as Error;
    for (const part of ['url', 'method', 'expectStatus', 'headers["x-key"]', 'maxBodyBytes', 'timeoutMs']) {
      expect(message).toContain(part);
    }
    expect(message).toContain('a URL that begins with http:// or https://');
    expect(message).not.toContain('hunter2');
  });
});
