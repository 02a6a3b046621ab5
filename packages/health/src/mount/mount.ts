import type { Health } from '../health.ts';
import type { Answer } from '../probes/render.ts';
import { type Caller, type TrustOptions, createTrust } from '../trust.ts';

/** What of health is mounted. */
export type MountedHealth = Pick<Health, 'answer' | 'serves' | 'paths'>;

/** How health stands on the service's own server. */
export interface MountOptions extends TrustOptions {
  /** The path that all others stand below, such as `/internal`. Default: none. */
  readonly prefix?: string | undefined;
}

/** A request, whichever framework it came from. */
export interface MountedRequest {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly target: string;
  readonly caller: () => Caller;
}

/**
 * The part that all frameworks share.
 *
 * @returns the answer; undefined for what is not health's
 */
export function createMount(
  health: MountedHealth,
  { prefix = '', ...trust }: MountOptions = {},
): (request: MountedRequest) => Answer | Promise<Answer> | undefined {
  const isTrusted = createTrust(trust);
  // `/internal/` of Fastify's own, and `internal`, are the same.
  const below = prefix.replace(/^(?=[^/])/, '/').replace(/\/+$/, '');
  return ({ method, target, caller }) => {
    const [, whole = '', search = ''] = /^([^?#]*)(\?[^#]*)?/.exec(target)!;
    if (!whole.startsWith(below)) return undefined;
    const path = whole.slice(below.length);
    if (!health.serves(path)) return undefined;
    return health.answer({ method, path, search, trusted: isTrusted(caller()) });
  };
}
