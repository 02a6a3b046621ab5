// What observing a service could change in its process, as text that can be compared.
import { channel } from 'node:diagnostics_channel';
import http from 'node:http';
import https from 'node:https';
import { Module } from 'node:module';
import { Server, Socket } from 'node:net';

const sourceOf = (object, name) => String(Object.getOwnPropertyDescriptor(object, name)?.value);
const patched = {
  httpEmit: sourceOf(http.Server.prototype, 'emit'),
  httpsEmit: sourceOf(https.Server.prototype, 'emit'),
  netEmit: sourceOf(Server.prototype, 'emit'),
  socketEmit: sourceOf(Socket.prototype, 'emit'),
  writeHead: sourceOf(http.ServerResponse.prototype, 'writeHead'),
  end: sourceOf(http.OutgoingMessage.prototype, 'end'),
  request: String(http.request),
  fetch: String(globalThis.fetch),
  require: String(Module.prototype.require),
};
const channels = [
  'http.server.request.start',
  'http.server.response.finish',
  'http.client.request.start',
  'http.client.request.created',
  'undici:request:create',
  'fastify.initialization',
  'net.server.socket',
].filter((name) => channel(name).hasSubscribers);
const listeners = Object.fromEntries(
  process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
);
const registered = Object.keys(globalThis[Symbol.for('opentelemetry.js.api.1')] ?? {});
// Importing `process` opens the standard streams, which changes nothing.
const resources = process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap');
process.stdout.write(`${JSON.stringify({ patched, channels, listeners, registered, resources })}\n`);
if (process.argv.includes('log')) {
  const { sightline } = await import('@sightline/bootstrap');
  sightline.logger.info({ password: 'hunter2' }, 'still here');
}
