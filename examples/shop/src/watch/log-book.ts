import type { LeakSearch } from '../planted.ts';

/** One line of a service's log. */
export interface LogLine {
  readonly service: string;
  readonly level: string;
  readonly message: string;
  readonly traceId: string | undefined;
  /** True for the line that there is for each request. */
  readonly isRequest: boolean;
}

/** Reads what services write, and keeps the newest lines. */
export interface LogBook {
  /** @param chunk of the standard output of a service */
  read(service: string, chunk: string): void;
  /** The last `count` lines, newest first. */
  newest(count: number): readonly LogLine[];
  ofTrace(traceId: string): readonly LogLine[];
  readonly lines: number;
  /** Lines with a trace id. */
  readonly inTraces: number;
  /** Lines that are no JSON. */
  readonly unreadable: readonly string[];
}

const KEPT_UNREADABLE = 20;

/** @param kept lines at most */
export function createLogBook(kept: number, leaks: LeakSearch): LogBook {
  const rest = new Map<string, string>();
  let newest: LogLine[] = [];
  const unreadable: string[] = [];
  let lines = 0;
  let inTraces = 0;

  function take(service: string, text: string): void {
    lines += 1;
    const line = parseLine(service, text);
    if (line === undefined) {
      if (unreadable.length < KEPT_UNREADABLE) unreadable.push(text);
      return;
    }
    if (line.traceId !== undefined) inTraces += 1;
    newest.push(line);
    // Now and then, as each time would copy the whole list.
    if (newest.length > 2 * kept) newest = newest.slice(-kept);
  }

  return {
    read(service, chunk) {
      leaks.look(`log of ${service}`, chunk);
      const parts = ((rest.get(service) ?? '') + chunk).split('\n');
      rest.set(service, parts.pop() ?? '');
      for (const text of parts) if (text !== '') take(service, text);
    },
    newest: (count) => newest.slice(-count).toReversed(),
    ofTrace: (traceId) => newest.filter((line) => line.traceId === traceId),
    get lines() {
      return lines;
    },
    get inTraces() {
      return inTraces;
    },
    unreadable,
  };
}

function parseLine(service: string, text: string): LogLine | undefined {
  try {
    const fields = JSON.parse(text) as Record<string, unknown>;
    const { level, msg, trace_id: traceId, module: part } = fields;
    return {
      service,
      level: String(level),
      message: String(msg),
      traceId: typeof traceId === 'string' ? traceId : undefined,
      isRequest: part === 'http',
    };
  } catch {
    return undefined;
  }
}
