// Servers of every kind, in a process whose last flush lasts until something comes on standard input. It ends as it is told by IPC.
import { readSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';
import { createSecureServer, createServer as createHttp2Server } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createNetServer } from 'node:net';
import { ownLifecycle } from '../../dist/lifecycle/lifecycle.js';

ownLifecycle({
  flush: async () => {},
  flushSync() {
    writeSync(1, 'flushing\n');
    readSync(0, Buffer.alloc(1));
  },
});

/** A key that both sides know is a certificate less. */
const tls = { ciphers: 'PSK', maxVersion: 'TLSv1.2', pskCallback: () => Buffer.from(process.env.PSK, 'hex') };
const answer = (request, response) => {
  if (request.url !== '/never') response.end('well');
};
const servers = {
  http: createServer(answer),
  https: createHttpsServer(tls, answer),
  http2: createHttp2Server(answer),
  http2Secure: createSecureServer(tls, answer),
  net: createNetServer((socket) => socket.pipe(socket)),
};
// As libraries do that end a server in their own time.
servers.http.close = () => servers.http;

const ends = {
  thrown() {
    throw new Error('boom');
  },
  rejected: () => void Promise.reject(new Error('boom')),
  exit: () => process.exit(7),
  caught() {
    process.on('uncaughtException', () => process.send('caught'));
    throw new Error('boom');
  },
};
process.on('message', (end) => ends[end]());

const ports = await Promise.all(
  Object.entries(servers).map(
    ([name, server]) =>
      new Promise((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve([name, server.address().port]));
      }),
  ),
);
process.send(Object.fromEntries(ports));
