/** Requests by route from a page of metrics; those that matched none under ''. */
export function countsByRoute(page: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, labels = '', value = ''] of page.matchAll(
    /^http_server_request_duration_seconds_count\{([^}]*)\} (\S+)/gm,
  )) {
    const route = /http_route="([^"]*)"/.exec(labels)?.[1] ?? '';
    counts.set(route, (counts.get(route) ?? 0) + Number(value));
  }
  return counts;
}
