import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What stands before a server, and changes what it is asked or what it answers. */
export interface Front {
  readonly url: string;
  readonly host: string;
  close(): Promise<void>;
}

export interface FrontRules {
  /** Where everything is passed on to; without it, `answer` has all of it. */
  readonly to?: string;
  /** Headers that are added on the way there. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers in the place of the server, or leaves it to it. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse, body: Buffer) => boolean;
  /** What becomes of a text. */
  readonly change?: (text: string, request: IncomingMessage) => string;
  /** Headers that are set on the way back. */
  readonly answerHeaders?: () => Readonly<Record<string, string>>;
}

export async function startFront(rules: FrontRules): Promise<Front> {
  const { to, headers = {}, answer, change = (text) => text, answerHeaders = () => ({}) } = rules;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    if (answer?.(request, response, body)) return;
    if (to === undefined) return void response.writeHead(404).end('404 page not found\n');
    const { host: _host, connection: _connection, 'content-length': _length, ...asked } = request.headers;
    const answered = await fetch(`${to}${request.url}`, {
      method: request.method ?? 'GET',
      headers: { ...(asked as Record<string, string>), 'accept-encoding': 'identity', ...headers },
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    });
    const text = change(await answered.text(), request);
    response.writeHead(answered.status, {
      'content-type': answered.headers.get('content-type') ?? 'text/plain',
      ...answerHeaders(),
    });
    response.end(text);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${host}`,
    host,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

export function isScrape(request: IncomingMessage): boolean {
  return request.headers['user-agent']?.startsWith('Prometheus/') ?? false;
}

/** The page of another process: one that started some time later. */
export function startedLater(seconds: number): (text: string) => string {
  return (text) =>
    text.replace(
      /^(process_start_time_seconds) (\S+)/m,
      (_all, name: string, value: string) => `${name} ${Number(value) + seconds}`,
    );
}
