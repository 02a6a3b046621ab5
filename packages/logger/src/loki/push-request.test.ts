/* oxlint-disable no-await-in-loop -- what is tested is one push after the other */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type FakeLoki, startFakeLoki } from './fake-loki.ts';
import { createPushRequest, type PushRequest } from './push-request.ts';
import { createLokiSink } from './sink.ts';
import { line, numbers } from './sink-harness.ts';
import { createCertificate } from './tls-certificate.fixture.ts';

const certificate = createCertificate();
let loki: FakeLoki;
let requests: PushRequest[] = [];
beforeEach(async () => {
  loki = await startFakeLoki(certificate);
});
afterEach(async () => {
  for (const request of requests) request.close?.();
  requests = [];
  vi.unstubAllEnvs();
  await loki.stop();
});

const pushWith = async (ca?: string): Promise<number> => {
  const request = createPushRequest(ca);
  requests.push(request);
  const answers: number[] = [];
  for (const n of [1, 2]) {
    const body = `{"streams":[{"stream":{"a":"b"},"values":[["${n}","{\\"n\\":${n}}"]]}]}`;
    const { status } = await request({
      url: new URL('/loki/api/v1/push', loki.url),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(body),
      signal: AbortSignal.timeout(5_000),
    });
    answers.push(status);
  }
  return answers.reduce((sum, status) => sum + status, 0) / answers.length;
};

describe('createPushRequest over https', () => {
  it('pushes over one connection when it is given the certificate', async () => {
    await expect(pushWith(certificate.cert)).resolves.toBe(204);
    expect(numbers(loki.lines())).toEqual([1, 2]);
    expect(loki.connections).toBe(1);
  });

  it.each([
    { title: 'it was given none', ca: undefined },
    { title: 'it was given that of somebody else', ca: createCertificate().cert },
  ])('sends nothing to a server with a self-signed certificate when $title', async ({ ca }) => {
    await expect(pushWith(ca)).rejects.toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|CERT_SIGNATURE_FAILURE|UNABLE_TO/),
    });
    expect(loki.pushes).toEqual([]);
  });
});

describe('createPushRequest', () => {
  it.each([
    { title: 'is asked for', asked: '1', through: ['http://127.0.0.1:1/loki/api/v1/push'] },
    { title: 'is not asked for', asked: undefined, through: [] },
  ])('goes through the proxy of the environment where that $title', async ({ asked, through }) => {
    const seen: (string | undefined)[] = [];
    const proxy = createServer((message, response) => {
      seen.push(message.url);
      response.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    for (const name of ['http_proxy', 'HTTP_PROXY']) vi.stubEnv(name, `http://127.0.0.1:${port}`);
    for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, undefined);
    vi.stubEnv('NODE_USE_ENV_PROXY', asked);
    const request = createPushRequest();
    requests.push(request);
    const answer = request({
      url: new URL('http://127.0.0.1:1/loki/api/v1/push'),
      headers: {},
      body: Buffer.from('{}'),
      signal: AbortSignal.timeout(10_000),
    });
    // Without a proxy nobody listens there.
    await expect(answer.then(({ status }) => status).catch(() => 'nowhere')).resolves.toBe(
      asked === undefined ? 'nowhere' : 204,
    );
    expect(seen).toEqual(through);
    proxy.close();
  });
});

describe('createLokiSink over https', () => {
  it('delivers with the option ca', async () => {
    const problems: unknown[] = [];
    const sink = createLokiSink({ host: loki.url, ca: certificate.cert }, (problem) =>
      problems.push(problem),
    );
    sink.write(line({ n: 5 }));
    await sink.flush();
    await sink.close(1_000);
    expect(numbers(loki.lines())).toEqual([5]);
    expect(problems).toEqual([]);
  });

  it('keeps the lines and names the reason when the certificate is not trusted', async () => {
    const problems: { message: string }[] = [];
    const sink = createLokiSink({ host: loki.url }, (problem) => problems.push(problem), { random: () => 0 });
    sink.write(line({ n: 5 }));
    const flushed = sink.flush();
    await expect.poll(() => problems.length).toBeGreaterThan(0);
    expect(problems[0]?.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect(sink.stats()).toMatchObject({ queued: 1, dropped: 0 });
    await sink.close(0);
    await flushed;
  });
});
