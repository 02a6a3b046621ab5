import type { IncomingMessage } from 'node:http';
import { type MountOptions, type MountedHealth, createMount } from '../mount.ts';

/** What is used of Koa's context. */
export interface KoaContext {
  readonly method: string;
  readonly url: string;
  readonly req: Pick<IncomingMessage, 'headers' | 'socket'>;
  status: number;
  body: unknown;
  set(headers: Record<string, string>): void;
}

/**
 * Health on a Koa application.
 *
 * @example app.use(koaHealth(health));
 */
export function koaHealth(
  health: MountedHealth,
  options?: MountOptions,
): (context: KoaContext, next: () => Promise<unknown>) => Promise<void> {
  const mount = createMount(health, options);
  return async function answerHealth(context, next) {
    const { method, url, req } = context;
    const caller = () => ({ peerAddress: req.socket.remoteAddress, headers: req.headers });
    const answer = await mount({ method, target: url, caller });
    if (answer === undefined) {
      await next();
      return;
    }
    context.status = answer.status;
    context.set({ ...answer.headers });
    context.body = answer.body;
  };
}
