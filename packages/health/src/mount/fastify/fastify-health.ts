import type { IncomingMessage } from 'node:http';
import { type MountOptions, type MountedHealth, createMount } from '../mount.ts';

/** What is used of Fastify's request. */
export interface FastifyRequestLike {
  readonly raw: Pick<IncomingMessage, 'method' | 'url' | 'headers' | 'socket'>;
}

/** What is used of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  headers(headers: Record<string, string>): unknown;
  send(body: string): unknown;
  callNotFound(): unknown;
}

/** What is used of a Fastify instance. */
export interface FastifyLike {
  readonly prefix: string;
  all(
    path: string,
    handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>,
  ): unknown;
}

/**
 * Health as a Fastify plug-in. Its routes are in a scope of their own; `{ prefix }` of `register` holds.
 *
 * @example await app.register(fastifyHealth(health));
 */
export function fastifyHealth(
  health: MountedHealth,
  options: Omit<MountOptions, 'prefix'> = {},
): (app: FastifyLike) => Promise<void> {
  return async function healthPlugin(app) {
    const mount = createMount(health, { ...options, prefix: app.prefix });
    async function answered({ raw }: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown> {
      const { method = 'GET', url = '/', headers, socket } = raw;
      const caller = () => ({ peerAddress: socket.remoteAddress, headers });
      const answer = await mount({ method, target: url, caller });
      if (answer === undefined) return reply.callNotFound();
      reply.code(answer.status);
      reply.headers({ ...answer.headers });
      return reply.send(answer.body);
    }
    function answerHealth(request: FastifyRequestLike, reply: FastifyReplyLike): Promise<unknown> {
      return answered(request, reply);
    }
    for (const path of health.paths) {
      app.all(path, answerHealth);
      // Below readiness are groups and checks; below the others is nothing of ours.
      if (health.serves(`${path}/part`)) app.all(`${path}/:part`, answerHealth);
    }
  };
}
