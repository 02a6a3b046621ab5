import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { register, type Service, startService } from '../e2e/service.ts';
import { comparable, exchange, type Exchange } from './exchange.ts';

const app = fileURLToPath(new URL('apps/odd.mjs', import.meta.url));

const get = (path: string, headers = ''): Exchange => [
  `GET ${path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n${headers}\r\n`,
];

/** Handlers of `apps/odd.mjs`, one plain request each. */
const PATHS = [
  ...[
    '/plain',
    '/empty',
    '/no-content',
    '/not-modified',
    '/reason',
    '/raw-headers',
    '/no-prototype',
    '/none',
  ],
  ...['/twice-head', '/twice-head-sent', '/twice-end', '/write-after-end', '/destroy', '/destroy-socket'],
  ...['/destroy-half', '/no-listeners', '/replaced-end', '/replaced-write', '/replaced-write-head'],
  ...['/status-text', '/status-zero', '/status-big', '/status-nan', '/status-string', '/status-message'],
  ...['/frozen-request', '/frozen-headers', '/sealed-response', '/proxied', '/own-keys', '/listeners'],
  ...[
    '/patched-emit',
    '/storage',
    '/storage-outside',
    '/domain',
    '/throws',
    '/rejects',
    '/early',
    '/continue',
  ],
  ...['/trailers', '/flush', '/corked', '/length', '/bad-header', '/header-names', '/echo'],
];

const chunked = 'transfer-encoding: chunked\r\n';
const EXCHANGES: Readonly<Record<string, Exchange>> = {
  ...Object.fromEntries(PATHS.map((path) => [`GET ${path}`, get(path)])),
  ...Object.fromEntries(
    ['/plain', '/no-content', '/reason', '/trailers', '/corked', '/early'].flatMap((path) => [
      [`HEAD ${path}`, [`HEAD ${path} HTTP/1.1\r\nhost: shop\r\nconnection: close\r\n\r\n`]],
      [`HTTP/1.0 ${path}`, [`GET ${path} HTTP/1.0\r\n\r\n`]],
      [`HTTP/1.0 kept alive ${path}`, [`GET ${path} HTTP/1.0\r\nconnection: keep-alive\r\n\r\n`, null]],
    ]),
  ),
  'three in a row on one connection': [
    'GET /plain HTTP/1.1\r\nhost: a\r\n\r\nGET /storage HTTP/1.1\r\nhost: a\r\n\r\nGET /trailers HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
  ],
  'the client ends its side after the request': ['GET /flush HTTP/1.1\r\nhost: a\r\n\r\n', null],
  'half a request line': ['GET /pla', null],
  'half the headers': ['GET /plain HTTP/1.1\r\nhost: a\r\nx-', null],
  'half a body': ['POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n12345', null],
  'a body in pieces': [
    'POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 6\r\n\r\n',
    '123',
    '456',
  ],
  'a chunked body with trailers': [
    `POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${chunked}trailer: x-t\r\n\r\n3\r\nabc\r\n0\r\nx-t: 1\r\n\r\n`,
  ],
  'a chunk with a wrong length': [`POST /echo HTTP/1.1\r\nhost: a\r\n${chunked}\r\nzz\r\nabc\r\n`],
  'a length and chunks': [
    `POST /echo HTTP/1.1\r\nhost: a\r\n${chunked}content-length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
  ],
  'expects to be told to go on': [
    'POST /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n',
    'abc',
  ],
  'expects something else': get('/plain', 'expect: a miracle\r\n'),
  'an upgrade': ['GET /plain HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', null],
  'an upgrade to HTTP/2': [
    'GET /plain HTTP/1.1\r\nhost: a\r\nconnection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n',
    null,
  ],
  'the preface of HTTP/2': ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', null],
  CONNECT: ['CONNECT db:5432 HTTP/1.1\r\nhost: db:5432\r\n\r\n', null],
  'OPTIONS *': ['OPTIONS * HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'],
  TRACE: ['TRACE /echo HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'],
  'a method that is none': ['BREW /plain HTTP/1.1\r\nhost: a\r\n\r\n'],
  'a target with a host': get('http://user:password@shop:8080/echo?a=b#c'),
  'a target without a slash': get('plain'),
  'a path that is no UTF-8': get('/\xff\xfe?\xc0\x80'),
  'a path with broken escapes': get('/%E0%A4%A?%zz=%'),
  'a path of 8,000 characters': get(`/${'a'.repeat(8000)}`),
  'headers of 12 KB': get('/plain', `x-long: ${'a'.repeat(12_000)}\r\n`),
  'headers of 20 KB': get('/plain', `x-long: ${'a'.repeat(20_000)}\r\n`),
  'a thousand headers': get('/plain', 'a: b\r\n'.repeat(1000)),
  'headers that stand twice': get(
    '/echo',
    'x-a: 1\r\nX-A: 2\r\ncookie: a=1\r\ncookie: b=2\r\ntraceparent: 00-1-2-03\r\ntraceparent: x\r\nx-request-id: a\r\nx-request-id: b\r\n',
  ),
  'two hosts': get('/echo', 'host: other\r\n'),
  'no host': ['GET /plain HTTP/1.1\r\n\r\n'],
  'names of members of objects as headers': get('/echo', '__proto__: 1\r\nconstructor: 2\r\ntoString: 3\r\n'),
  'a folded header': get('/echo', 'x-a: 1\r\n folded\r\n'),
  'a header with a zero': get('/echo', 'x-a: a\0b\r\n'),
  'line feeds alone': ['GET /plain HTTP/1.1\nhost: a\nconnection: close\n\n'],
  TLS: ['\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03', null],
  'HTTP/0.9': ['GET /plain\r\n\r\n'],
  'HTTP/1.1 with more behind it': ['GET /plain HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\nrubbish'],
};

describe('a service under observation', () => {
  let observed: Service;
  let bare: Service;
  let observedPorts: readonly number[] = [];
  let barePorts: readonly number[] = [];

  beforeAll(async () => {
    [observed, bare] = await Promise.all([
      startService({ app, flags: ['--import', register] }),
      startService({ app, flags: [] }),
    ]);
    [observedPorts, barePorts] = (await Promise.all([observed.ask('ports'), bare.ask('ports')])) as [
      number[],
      number[],
    ];
  });

  afterAll(async () => {
    await Promise.all([observed.end('SIGKILL'), bare.end('SIGKILL')]);
  });

  describe.each([
    { server: 'a server', at: 0 },
    { server: 'a server that inherits as was done before classes', at: 1 },
    { server: 'a server with an emit of its own', at: 2 },
  ])('of $server', ({ at }) => {
    it.concurrent.each(Object.keys(EXCHANGES))('answers as without: %s', async (name) => {
      const pieces = EXCHANGES[name] ?? [];
      const [withUs, without] = await Promise.all([
        exchange(observedPorts[at] ?? 0, pieces),
        exchange(barePorts[at] ?? 0, pieces),
      ]);
      expect(comparable(withUs)).toBe(comparable(without));
    });
  });

  it('has as many errors that nobody caught', async () => {
    const [withUs, without] = await Promise.all([
      exchange(observedPorts[0] ?? 0, get('/uncaught')),
      exchange(barePorts[0] ?? 0, get('/uncaught')),
    ]);
    expect(comparable(withUs)).toBe(comparable(without));
  });
});
