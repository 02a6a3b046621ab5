import { ConstantBackoff, handleWhen, retry } from 'cockatiel';
import type { Sightline } from '@sightline/bootstrap';
import { Problem } from '../service/problem.ts';
import type { Upstream } from '../service/upstream.ts';

/** Attempts after the first one, and the wait before each [ms]. */
const MORE_ATTEMPTS = 2;
const WAIT_MS = 60;

/** The same service; what is looked up there is asked for again when it fails. An order is never placed twice. */
export function lookUpPatiently(orders: Upstream, watch: Sightline['watch']): Upstream {
  const policy = retry(
    handleWhen((error) => error instanceof Problem && error.status >= 500),
    { maxAttempts: MORE_ATTEMPTS, backoff: new ConstantBackoff(WAIT_MS) },
  );
  watch(policy, { name: 'order-lookups' });
  return {
    get: (path) => policy.execute(() => orders.get(path)),
    post: (path, body) => orders.post(path, body),
  };
}
