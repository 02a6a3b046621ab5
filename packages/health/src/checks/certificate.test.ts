import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { certificateCheck } from './certificate.ts';
import { createCertificate } from './certificate.fixture.ts';
import { runCheck, sockets, until } from './run-check.fixture.ts';

const own = createCertificate({ commonName: 'api.local', from: '250101', to: '490101' });
const expired = createCertificate({ commonName: 'old.local', from: '200101', to: '200201' });
const authority = createCertificate({ commonName: 'Test Authority', from: '250101', to: '491201' });
const middle = createCertificate({
  commonName: 'Test Middle',
  from: '250101',
  to: '480601',
  issuer: authority,
});
const leaf = createCertificate({ commonName: 'leaf.local', from: '250101', to: '490101', issuer: middle });

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function serve(options: TlsOptions): Promise<number> {
  const server = createServer(options, (socket) => {
    socket.on('error', () => {});
    socket.end();
  });
  server.on('tlsClientError', () => {});
  return listening(server);
}

function at(date: string): { readonly nowMs: () => number } {
  return { nowMs: () => Date.parse(date) };
}

const host = '127.0.0.1';

describe('certificateCheck of a server', () => {
  it.each([
    { date: '2048-12-11T00:00:00Z', status: 'up', daysLeft: 21, reason: undefined },
    {
      date: '2048-12-11T00:00:01Z',
      status: 'degraded',
      daysLeft: 20,
      reason: 'expires on 2049-01-01, in 20 days: see why it is not renewed',
    },
    {
      date: '2048-12-29T00:00:00Z',
      status: 'degraded',
      daysLeft: 3,
      reason: 'expires on 2049-01-01, in 3 days: see why it is not renewed',
    },
    {
      date: '2048-12-30T12:00:00Z',
      status: 'down',
      daysLeft: 1,
      reason: 'expires on 2049-01-01, in 1 day: see why it is not renewed',
    },
    { date: '2049-01-01T00:00:00Z', status: 'down', daysLeft: 0, reason: 'expired on 2049-01-01: renew it' },
    {
      date: '2024-12-31T00:00:00Z',
      status: 'down',
      daysLeft: 8767,
      reason: 'is not valid before 2025-01-01: is the clock right?',
    },
  ])('is $status on $date, with $daysLeft days left', async ({ date, status, daysLeft, reason }) => {
    const port = await serve(own);
    const result = await runCheck(certificateCheck({ host, port, ca: own.cert }, at(date)));
    expect(result).toMatchObject({
      status,
      details: { subject: 'api.local', validTo: '2049-01-01', daysLeft },
    });
    expect(result.reason).toBe(reason && `127.0.0.1:${port}: the certificate api.local ${reason}`);
  });

  it('is down for one that has expired, and says since when', async () => {
    const port = await serve(expired);
    const { status, reason } = await runCheck(certificateCheck({ host, port, ca: expired.cert }));
    expect({ status, reason }).toEqual({
      status: 'down',
      reason: `127.0.0.1:${port}: the certificate old.local expired on 2020-02-01: renew it`,
    });
  });

  it('is down for one that is not trusted, or is for another name', async () => {
    const port = await serve(own);
    expect((await runCheck(certificateCheck({ host, port }))).reason).toBe(
      `127.0.0.1:${port}: the certificate api.local is not trusted: ` +
        'the certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    );
    const other = certificateCheck({ host, port, ca: own.cert, servername: 'other.local' });
    expect((await runCheck(other)).reason).toContain('the certificate is for another name');
  });

  it('warns of one above it that ends sooner, and never goes down for it', async () => {
    const port = await serve(leaf);
    const check = certificateCheck({ host, port, ca: authority.cert }, at('2048-05-20T00:00:00Z'));
    const { status, reason } = await runCheck(check);
    expect({ status, reason }).toEqual({
      status: 'degraded',
      reason: `127.0.0.1:${port}: the certificate Test Middle, which vouches for leaf.local, expires on 2048-06-01`,
    });
    const before = certificateCheck({ host, port, ca: authority.cert }, at('2047-05-20T00:00:00Z'));
    expect((await runCheck(before)).status).toBe('up');
  });

  it('is down where nothing listens, where there is no TLS, and where nobody says anything', async () => {
    const gone = createTcpServer();
    const free = await listening(gone);
    gone.close();
    await once(gone, 'close');
    expect((await runCheck(certificateCheck({ host, port: free }))).reason).toContain('connection refused');
    const plain = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.end('220 mail\r\n');
      }),
    );
    expect((await runCheck(certificateCheck({ host, port: plain }))).status).toBe('down');
    const held: (() => void)[] = [];
    const silent = await listening(createTcpServer((socket) => void held.push(() => socket.destroy())));
    const late = await runCheck(certificateCheck({ host, port: silent, timeoutMs: 30 }));
    expect(late.reason).toMatch(/: no certificate after \d+ ms$/);
    for (const close of held) close();
  });

  it('leaves no socket open, also when it is aborted', async () => {
    const port = await serve(own);
    const before = sockets();
    for (let run = 0; run < 5; run++) {
      // oxlint-disable-next-line no-await-in-loop -- one run after the other
      await runCheck(certificateCheck({ host, port, ca: own.cert }));
    }
    const stop = new AbortController();
    const running = runCheck(certificateCheck({ host, port, ca: own.cert }), stop.signal);
    stop.abort();
    expect((await running).status).toBe('down');
    await until(() => sockets() <= before);
  });
});

describe('certificateCheck of a file', () => {
  async function fileWith(content: string | Uint8Array): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-certificate-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'tls.crt');
    await writeFile(file, content);
    return file;
  }

  it('judges the first of a chain in PEM, also behind its key', async () => {
    const file = await fileWith(leaf.key + leaf.cert);
    const result = await runCheck(certificateCheck({ file }, at('2048-12-20T00:00:00Z')));
    expect(result).toEqual({
      status: 'degraded',
      reason: `${file}: the certificate leaf.local expires on 2049-01-01, in 12 days: see why it is not renewed`,
      details: { subject: 'leaf.local', validTo: '2049-01-01', daysLeft: 12 },
    });
  });

  it('reads DER, and reads the file anew each time', async () => {
    const base64 = own.cert.replaceAll(/-----[A-Z ]+-----|\n/g, '');
    const file = await fileWith(Buffer.from(base64, 'base64'));
    const check = certificateCheck({ file });
    expect(await runCheck(check)).toMatchObject({ status: 'up', details: { subject: 'api.local' } });
    await writeFile(file, expired.cert);
    expect(await runCheck(check)).toMatchObject({ status: 'down', details: { subject: 'old.local' } });
  });

  it('waits for a file system that hangs once, however often it is run', async () => {
    const readFile = vi.fn<() => Promise<Buffer>>(() => new Promise(() => {}));
    const check = certificateCheck({ file: '/mnt/tls.crt', timeoutMs: 1 }, { readFile });
    const results = [await runCheck(check), await runCheck(check)];
    expect(results.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^\/mnt\/tls\.crt: no certificate after \d+ ms$/),
      expect.stringMatching(/^\/mnt\/tls\.crt: no certificate after \d+ ms$/),
    ]);
    expect(readFile).toHaveBeenCalledOnce();
  });

  it('is down for a file that is not there or holds no certificate', async () => {
    expect((await runCheck(certificateCheck({ file: '/nowhere/tls.crt' }))).reason).toBe(
      '/nowhere/tls.crt: there is no file /nowhere/tls.crt (ENOENT)',
    );
    const file = await fileWith('hello');
    expect((await runCheck(certificateCheck({ file }))).status).toBe('down');
  });
});

describe('the options of certificateCheck', () => {
  it.each([
    [{}, 'Expected: either host or file'],
    [{ host: 'a', file: 'b' }, 'Expected: either host or file'],
    [{ host: 'a', downDays: 30 }, 'a number of days that is not above degradedDays'],
    [{ host: 'a', prot: 443 }, 'did you mean "port"?'],
  ])('refuse %j', (options, message) => {
    expect(() => certificateCheck(options as never)).toThrow(
      expect.objectContaining({ code: 'SIGHTLINE_OPTIONS', message: expect.stringContaining(message) }),
    );
  });
});
