import type { MountOptions, MountedHealth } from '../mount.ts';
import { type NodeRequest, type NodeResponse, nodeHealth } from '../node/node-health.ts';

/**
 * Health on an Express application, 4 or 5, or on anything with handlers of that shape.
 *
 * Below a path, `app.use('/internal', expressHealth(health))` needs no prefix.
 *
 * @example app.use(expressHealth(health));
 */
export function expressHealth(
  health: MountedHealth,
  options?: MountOptions,
): (request: NodeRequest, response: NodeResponse, next: () => void) => void {
  return nodeHealth(health, options);
}
