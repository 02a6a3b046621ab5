/** Who calls whom. */
export interface Call {
  readonly client: string;
  readonly server: string;
}

/** A service to look at first. */
export interface Beginning {
  readonly service: string;
  /** Those with alerts that call it, or call who calls it: the nearest first. */
  readonly callers: readonly string[];
}

/**
 * Where a matter begins that several services have alerts of: at those that call nobody with an alert, and are called by
 * somebody with one. A service whose alerts are its own is none of them.
 *
 * @param alerting services with alerts, the worst first, each once
 * @returns in their order; empty where no two of them call each other, or all go in a circle
 */
export function whereItBegins(alerting: readonly string[], calls: readonly Call[]): readonly Beginning[] {
  const has = new Set(alerting);
  const among = calls.filter(({ client, server }) => client !== server && has.has(client) && has.has(server));
  return alerting
    .filter((service) => among.every(({ client }) => client !== service))
    .map((service) => ({ service, callers: callersOf(service, among) }))
    .filter(({ callers }) => callers.length > 0);
}

function callersOf(service: string, calls: readonly Call[]): readonly string[] {
  const found = new Set([service]);
  // What is added on the way is looked at as well.
  for (const each of found) for (const { client, server } of calls) if (server === each) found.add(client);
  found.delete(service);
  return [...found];
}
