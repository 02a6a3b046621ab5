import { paths } from '@sightline/conventions';
import type { Health } from '@sightline/health';
import type { Metrics } from '@sightline/metrics';

/**
 * Asks for all of health with each page of metrics, so that they tell of checks and probes also where nobody probes. The page
 * is not held up by it: what a check finds now stands on the next one.
 *
 * @returns asks no more
 */
export function refreshWithPages(
  health: Pick<Health, 'answer'>,
  registry: Pick<Metrics['registry'], 'onCollect'>,
): () => void {
  return registry.onCollect(() => {
    void health.answer({ method: 'GET', path: paths.health.path, trusted: false });
  });
}
