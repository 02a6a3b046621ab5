import type { IncomingMessage, ServerResponse } from 'node:http';

/** One request as its handler sees it. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  /** Of the address, and of the body where that is a form: Grafana posts its queries so. */
  readonly parameters: URLSearchParams;
  /** What stood in the place of `:name`. */
  readonly params: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Aborted when whoever asked has gone, or the stack closes. */
  readonly signal: AbortSignal;
}

/** What is answered: a value as JSON, a text as it is. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly bytes?: Uint8Array;
  /** JSON in pieces, written one after the other while others work; of what is large there is never all of it. */
  readonly pieces?: Iterable<string>;
  /** Whether some of the body was taken, where the status does not say it: a 400 for the rest of it. */
  readonly isTaken?: boolean;
  /** Of a body that is something new each time it comes. */
  readonly isOfNow?: boolean;
}

export interface Route {
  readonly methods: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[];
  /** `/api/v1/label/:name/values`; HEAD is GET. */
  readonly path: string;
  /** Whether pages of other servers of this machine may ask by a script in a browser, as the guard lets them (CORS). */
  readonly isForPages?: boolean;
  handle(call: Call): Answer | Promise<Answer>;
}
