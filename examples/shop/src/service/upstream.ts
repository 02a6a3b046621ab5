import { Problem } from './problem.ts';

export interface UpstreamOptions {
  /** How errors call it. */
  readonly name: string;
  readonly url: string;
  /** Longest wait for an answer [ms]. */
  readonly timeoutMs: number;
  /** Says who calls. */
  readonly token: string;
}

/** Another service of the shop. */
export interface Upstream {
  /** @throws {Problem} what the service answered from 400 on, 502 when it failed, 504 when it took too long */
  get(path: string): Promise<unknown>;
  /** @throws {Problem} as `get` does */
  post(path: string, body: unknown): Promise<unknown>;
}

export function createUpstream({ name, url, timeoutMs, token }: UpstreamOptions): Upstream {
  async function send(path: string, init: RequestInit): Promise<unknown> {
    const response = await fetch(new URL(path, url), {
      ...init,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((error: unknown) => {
      throw asProblem(name, error);
    });
    // The body can be late as well.
    const body: unknown = await response.json().catch((error: unknown) => {
      throw asProblem(name, error);
    });
    if (response.ok) return body;
    if (response.status >= 500) throw new Problem(502, `The ${name} service failed`);
    throw new Problem(response.status, titleOf(body) ?? `The ${name} service refused`);
  }

  return {
    get: (path) => send(path, {}),
    post: (path, body) => send(path, { method: 'POST', body: JSON.stringify(body) }),
  };
}

function asProblem(name: string, cause: unknown): Problem {
  return cause instanceof Error && cause.name === 'TimeoutError'
    ? new Problem(504, `The ${name} service took too long`, { cause })
    : new Problem(502, `The ${name} service cannot be reached`, { cause });
}

function titleOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('title' in body)) return undefined;
  return typeof body.title === 'string' ? body.title : undefined;
}
