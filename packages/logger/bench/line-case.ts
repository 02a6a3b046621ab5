import { createLogger } from '@sightline/logger';
import { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pino } from 'pino';
import { pinoHttp } from 'pino-http';

/*
 * One case in a process of its own: `line-case.ts <logger> <line>` prints the main thread's CPU time [ns] per line as JSON.
 * Lines end in a stream that does nothing, so only the making of the line is measured.
 */

/** Twenty paths with wildcards: what a careful service lists today. */
const PATHS = `
  *.password *.token *.secret *.apiKey *.authorization *.cookie *.accessToken
  *.refreshToken *.clientSecret *.sessionId *.*.password *.*.token *.*.secret *.*.apiKey
  *.*.authorization *.*.cookie *.*["set-cookie"] *.*["x-api-key"] password token
`
  .trim()
  .split(/\s+/);

const sink = { write: (_line: string): void => {} };
const base = { service: 'shop' };

/** pino-http logs when a response ends: it is given one that ends at once. */
function throughPinoHttp() {
  const middleware = pinoHttp({ base, quietReqLogger: true }, sink);
  return {
    info({ req, res }: ReturnType<typeof lines.headers>): void {
      const request = { ...req, socket: { remoteAddress: req.remoteAddress, remotePort: req.remotePort } };
      const response = Object.assign(new EventEmitter(), {
        statusCode: res.statusCode,
        headersSent: true,
        getHeaders: () => res.headers,
      });
      middleware(request as unknown as IncomingMessage, response as unknown as ServerResponse);
      response.emit('finish');
    },
  };
}

const loggers = {
  pino: () => pino({ base }, sink),
  'pino, redact with 20 wildcards': () => pino({ base, redact: { paths: PATHS } }, sink),
  'pino-http': throughPinoHttp,
  sightline: () => createLogger({ service: 'shop' }, sink),
};

/** Several, in turn: what repeats from line to line is cheaper, and clients differ. */
const agents = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0',
  'okhttp/5.1.0',
  'kube-probe/1.34',
];
let turn = 0;
const agent = (): string => agents[turn++ % agents.length] ?? '';

const lines = {
  /** What the request recorder writes, with nothing to censor. */
  clean: (id: string) => ({
    request_id: id,
    method: 'GET',
    route: '/api/orders/:id',
    url: `/api/orders/${id}?page=2&sort=created`,
    status: 200,
    duration_ms: 12.5,
    request_bytes: 0,
    response_bytes: 1834,
    user_agent: agent(),
    cached: false,
  }),
  /** The same, with a token in the URL and a key among the fields. */
  request: (id: string) => ({
    request_id: id,
    method: 'GET',
    route: '/api/orders/:id',
    url: `/api/orders/${id}?page=2&access_token=abcdefghijkl`,
    status: 200,
    duration_ms: 12.5,
    request_bytes: 0,
    response_bytes: 1834,
    user_agent: agent(),
    apiKey: 'k-0123456789abcdef',
  }),
  /** What pino-http writes: all headers, with credentials among them. */
  headers: (id: string) => ({
    req: {
      id,
      method: 'GET',
      url: `/api/orders/${id}?page=2`,
      headers: {
        host: 'shop.example.com',
        'user-agent': agent(),
        accept: 'application/json',
        'accept-encoding': 'gzip, deflate, br',
        'accept-language': 'en-US,en;q=0.9',
        authorization: 'Bearer abcdefghijklmnopqrstuvwxyz012345',
        cookie: 'sid=s%3Aabcdefghijklmnop; theme=dark',
        'x-request-id': id,
        connection: 'keep-alive',
      },
      remoteAddress: '10.1.2.3',
      remotePort: 51234,
    },
    res: {
      statusCode: 200,
      headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': '1834' },
    },
    responseTime: 12,
  }),
};

const [loggerName = '', lineName = ''] = process.argv.slice(2);
const makeLogger = loggers[loggerName as keyof typeof loggers];
const makeLine = lines[lineName as keyof typeof lines];
const logger = makeLogger() as { info(fields: object, message: string): void };
// Ids as requests have them: each text is new to the engine.
const ids = Array.from(
  { length: 1024 },
  (_, index) => `6f1c3f6e-8a51-4f1e-9c3e-${String(index).padStart(12, 'a')}`,
);

function round(count: number): number {
  const start = process.threadCpuUsage();
  for (let index = 0; index < count; index++)
    logger.info(makeLine(ids[index & 1023] ?? ''), 'request completed');
  const { user, system } = process.threadCpuUsage(start);
  return ((user + system) * 1000) / count;
}

round(200_000);
const rounds = Array.from({ length: 15 }, () => round(60_000)).toSorted((a, b) => a - b);
process.stdout.write(JSON.stringify({ medianNs: rounds[7], fastestNs: rounds[0] }));
