import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../../probes/render.ts';
import { type MountOptions, type MountedHealth, createMount } from '../mount.ts';

/** What is used of Node's request; that of Express is one. */
export type NodeRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'socket'>;
/** What is used of Node's response. */
export type NodeResponse = Pick<ServerResponse, 'headersSent' | 'destroyed' | 'writeHead' | 'end'>;

/**
 * Health on a server of `node:http`: what is not health's goes on to `next`.
 *
 * @example
 * const probes = nodeHealth(health);
 * createServer((request, response) => probes(request, response, () => app(request, response)));
 */
export function nodeHealth(
  health: MountedHealth,
  options?: MountOptions,
): (request: NodeRequest, response: NodeResponse, next?: () => void) => void {
  const mount = createMount(health, options);
  return function answerHealth(request, response, next) {
    const { method = 'GET', url = '/', headers, socket } = request;
    const answer = mount({
      method,
      target: url,
      caller: () => ({ peerAddress: socket.remoteAddress, headers }),
    });
    if (answer instanceof Promise) void answer.then((each) => write(response, each, method));
    else if (answer !== undefined) write(response, answer, method);
    else if (next !== undefined) next();
    else write(response, { status: 404, headers: {}, body: '' }, method);
  };
}

function write(response: NodeResponse, { status, headers, body }: Answer, method: string): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(method === 'HEAD' ? undefined : body);
}
