import { once } from 'node:events';
import { connect, createSecureServer } from 'node:http2';
import { createServer, request } from 'node:https';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCertificate } from './client/tls-certificate.fixture.ts';
import { listening, testRecorder } from './recorder.fixture.ts';

const certificate = createCertificate();

describe('servers over TLS', () => {
  it('are recorded once by node:https', async () => {
    const { seen } = testRecorder();
    const port = await listening(createServer(certificate, (_, response) => response.end('hello')));
    request({ host: '127.0.0.1', port, path: '/a', rejectUnauthorized: false }, (response) =>
      response.resume(),
    ).end();
    expect((await seen(1))[0]).toMatchObject({
      kind: { scheme: 'https', status: 200, protocolVersion: '1.1' },
      target: '/a',
      responseBodyBytes: 5,
    });
  });

  it('are recorded once by node:http2, in both versions that it speaks', async () => {
    const { seen, recorder } = testRecorder();
    const server = createSecureServer({ ...certificate, allowHTTP1: true }, (_, response) => {
      response.end('hello');
    });
    const port = await listening(server);
    const session = connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':path': '/2' }).resume();
    await once(stream, 'close');
    request({ host: '127.0.0.1', port, path: '/1', rejectUnauthorized: false, agent: false }, (response) =>
      response.resume(),
    ).end();
    const records = await seen(2);
    expect(records.map(({ target, kind }) => [target, kind.scheme, kind.protocolVersion])).toEqual([
      ['/2', 'https', '2'],
      ['/1', 'https', '1.1'],
    ]);
    expect(recorder.stats()).toMatchObject({ recorded: 2, failures: 0 });
  });
});
