/** What a handler of the admin server is asked. */
export interface AdminRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The body, at most 64 KiB; empty for GET and HEAD. */
  readonly body: string;
  /** Whether it may see what is guarded: it comes from this machine, or has the token. */
  readonly trusted: boolean;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** What it answers. `cache-control: no-store` is added to all. */
export interface AdminResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** In parts where it is long, so that no part of the event loop's time is long. */
  readonly body?: string | Uint8Array | AsyncIterable<string | Uint8Array>;
}

/** One path of the admin server. */
export interface AdminRoute {
  /** With `/*` at its end it takes what is below: one more part, which is no route by itself. */
  readonly path: `/${string}`;
  /** HEAD comes with GET. */
  readonly methods: readonly ('GET' | 'PUT' | 'POST' | 'DELETE')[];
  /**
   * `open`: to everybody who reaches the port, as probes and scrapes are. `guarded`: to loopback, or with the bearer
   * token. A write is guarded always.
   */
  readonly access: 'open' | 'guarded';
  /** One sentence, for the index page. */
  readonly help: string;
  handle(request: AdminRequest): AdminResponse | Promise<AdminResponse>;
}
