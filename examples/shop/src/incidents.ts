/** What is wrong with the shop, as the process that starts its services can order it. */
export type Incident =
  | { readonly kind: 'none' }
  /** Every charge takes longer. */
  | { readonly kind: 'slow'; readonly delayMs: number }
  /** A share of the charges fails. */
  | { readonly kind: 'failing'; readonly failedRatio: number }
  /** All charges fail for one period, none in the next. */
  | { readonly kind: 'flapping'; readonly periodMs: number }
  /** Every charge leaves memory behind, up to a bound. */
  | { readonly kind: 'leaking'; readonly bytesPerCharge: number; readonly maxBytes: number }
  /** A report takes every connection to the database of the orders, gives them back, and begins again. */
  | { readonly kind: 'hoarding'; readonly heldMs: number }
  /** One visitor asks as fast as answers come, with so many requests at a time. */
  | { readonly kind: 'storming'; readonly atATime: number; readonly pauseMs: number }
  /** What the catalogue's cache holds is thrown away, again and again, while the catalogue is slow to read. */
  | { readonly kind: 'flushing'; readonly everyMs: number; readonly readMs: number };

/** The message that switches one on. */
export interface IncidentOrder {
  readonly incident: Incident;
}

export function isIncidentOrder(message: unknown): message is IncidentOrder {
  return typeof message === 'object' && message !== null && 'incident' in message;
}

/** In a few words, for people. */
export function describeIncident(incident: Incident): string {
  switch (incident.kind) {
    case 'slow':
      return `payments are slow: ${incident.delayMs} ms more for each charge`;
    case 'failing':
      return `payments are failing: ${Math.round(incident.failedRatio * 100)} % of the charges`;
    case 'flapping':
      return `payments are flapping: down and up every ${incident.periodMs / 1000} s`;
    case 'leaking':
      return `payments are leaking: ${Math.round(incident.bytesPerCharge / 1024)} KiB for each charge`;
    case 'hoarding':
      return `a report takes every connection to the database for ${incident.heldMs} ms, again and again`;
    case 'storming':
      return `one visitor hammers at the door, ${incident.atATime} requests at a time`;
    case 'flushing':
      return `the catalogue's cache is emptied every ${incident.everyMs} ms, and reading anew takes ${incident.readMs} ms`;
    default:
      return 'all is well';
  }
}
