import { type MountOptions, type MountedHealth, createMount } from '../mount.ts';

/** What is used of Hono's context. */
export interface HonoContext {
  readonly req: { readonly raw: Request };
  /** With `@hono/node-server`, the request of Node is in here. */
  readonly env?: unknown;
}

/**
 * Health on a Hono application. Who is on this machine is known on `@hono/node-server` only.
 *
 * @example app.use(honoHealth(health));
 */
export function honoHealth(
  health: MountedHealth,
  options?: MountOptions,
): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const mount = createMount(health, options);
  return async function answerHealth({ req: { raw }, env }, next) {
    const { pathname, search } = new URL(raw.url);
    const answer = await mount({
      method: raw.method,
      target: pathname + search,
      caller: () => ({ peerAddress: peerAddressOf(env), headers: Object.fromEntries(raw.headers) }),
    });
    if (answer !== undefined) {
      const { status, headers, body } = answer;
      return new Response(raw.method === 'HEAD' ? null : body, { status, headers });
    }
    await next();
    return undefined;
  };
}

function peerAddressOf(env: unknown): string | undefined {
  const address: unknown = at(at(at(env, 'incoming'), 'socket'), 'remoteAddress');
  return typeof address === 'string' ? address : undefined;
}

function at(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
