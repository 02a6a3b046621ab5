import type { RuntimePage } from './runtime-page.ts';

/**
 * What keeps the event loop of this thread alive, by kind. A kind that was seen once goes to 0 rather than away, so that
 * a graph shows when it ended.
 *
 * @returns brings the numbers up to date
 */
export function observeActiveResources(
  page: RuntimePage,
  activeResources: () => readonly string[] = () => process.getActiveResourcesInfo(),
): () => void {
  const resources = page.gauge('nodejs_active_resources');
  const counts = new Map<string, number>();
  return () => {
    for (const type of counts.keys()) counts.set(type, 0);
    for (const type of activeResources()) counts.set(type, (counts.get(type) ?? 0) + 1);
    for (const [type, count] of counts) resources(count, type);
  };
}
