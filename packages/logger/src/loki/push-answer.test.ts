import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPushRequest } from './push-request.ts';

let server: Server;
let body = '';
beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(400, { 'retry-after': '7' }).end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const LONGEST = 2 * 1024 * 1024;

describe('createPushRequest', () => {
  it.each([
    { what: 'characters of several bytes, in many pieces', text: '€'.repeat(300_000), length: 300_000 },
    { what: 'exactly 2 Mi characters', text: 'x'.repeat(LONGEST), length: LONGEST },
    { what: 'one character more', text: 'x'.repeat(LONGEST + 1), length: LONGEST },
  ])('reads an answer of $what', async ({ text, length }) => {
    body = text;
    const request = createPushRequest();
    const { port } = server.address() as AddressInfo;
    const answer = await request({
      url: new URL(`http://127.0.0.1:${port}/`),
      headers: {},
      body: Buffer.from('{}'),
      signal: AbortSignal.timeout(60_000),
    });
    request.close?.();
    expect([answer.status, answer.retryAfter, answer.body.length]).toEqual([400, '7', length]);
    expect(answer.body === text.slice(0, length)).toBe(true);
  });
});
