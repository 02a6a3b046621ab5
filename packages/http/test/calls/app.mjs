import http from 'node:http';
import { get } from 'node:http';
import * as namespace from 'node:http';
import * as undici from 'undici';
import { serve } from './server.cjs';

const { origin, received, arrival, close } = await serve();
const end = (outgoing) =>
  new Promise((resolve) => {
    outgoing.on('response', (response) => response.on('error', () => {}).resume());
    outgoing.on('error', () => {});
    outgoing.on('close', resolve);
  });

await globalThis.runCalls(
  [
    ['default', () => end(http.get(origin))],
    ['named', () => end(get(origin))],
    ['namespace', () => end(namespace.get(origin))],
    ['headers in an array', () => end(get(origin, { headers: ['Host', 'localhost'] }))],
    ['expectation', () => end(get(origin, { headers: { expect: '100-continue' } }))],
    ['refused', () => end(get('http://127.0.0.1:1'))],
    ['broken off', () => end(get(`${origin}/breaks`))],
    ['fetch', async () => (await fetch(origin)).text()],
    ['fetch, redirected', async () => (await fetch(`${origin}/redirect`)).text(), 2],
    ['fetch, refused', () => fetch('http://127.0.0.1:1000').catch(() => {})],
    [
      'fetch, aborted',
      async () => {
        const controller = new AbortController();
        const call = fetch(`${origin}/silent`, { signal: controller.signal }).catch(() => {});
        await arrival();
        controller.abort(new DOMException('too late', 'TimeoutError'));
        await call;
      },
    ],
    ['undici.request', async () => (await undici.request(origin)).body.text()],
    ['undici.fetch', async () => (await undici.fetch(origin)).text()],
  ],
  received,
);
close();
