/**
 * Puts load on a service over keep-alive connections, each of which sends its next request when the answer to the
 * last is there; a process of its own. It also takes the exports, as a collector that answers at once.
 *
 * In by IPC: `{ port, requests, connections }`, with `routes` and `headerBytes` for others than the usual request. Out: `{ collector }` at the start, `{ seconds, p50Ms, p99Ms, cpuUs }` per order.
 */
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { wholeAnswer } from './http-answer.ts';

interface Order {
  readonly port: number;
  readonly requests: number;
  readonly connections: number;
  /** Ask for so many routes in turn: `/route-0/world` and so on. Default: `/hello/world` alone. */
  readonly routes?: number;
  /** Size of a request, filled up with cookies and headers of proxies. */
  readonly headerBytes?: number;
}

/** What a browser sends, about. */
function requestFor(path: string, more: readonly string[] = []): string {
  return [
    `GET ${path}?page=2&sort=price HTTP/1.1`,
    'host: shop.example.com',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'accept: application/json, text/plain, */*',
    'accept-encoding: gzip, deflate, br',
    'accept-language: en-US,en;q=0.9',
    'authorization: Bearer 0123456789abcdef0123456789abcdef',
    'cookie: session=4f2c1a9be0; theme=dark',
    ...more,
    '\r\n',
  ].join('\r\n');
}

/** A header of this many bytes, its line break included. */
const FILLER_BYTES = 200;

function requestsOf({ routes, headerBytes = 0 }: Order): readonly Buffer[] {
  const paths =
    routes === undefined
      ? ['/hello/world']
      : Array.from({ length: routes }, (_, number) => `/route-${number}/world`);
  return paths.map((path) => {
    const missing = Math.max(0, headerBytes - requestFor(path).length);
    const more = Array.from({ length: Math.floor(missing / FILLER_BYTES) }, (_, number) => {
      const name = number % 2 === 0 ? `x-proxy-note-${number}: ` : `x-session-part-${number}: `;
      return name + String(number % 10).repeat(FILLER_BYTES - name.length - 2);
    });
    return Buffer.from(requestFor(path, more));
  });
}

function load(order: Order): Promise<object> {
  const { port, requests, connections } = order;
  const messages = requestsOf(order);
  const latenciesMs = new Float64Array(requests);
  let begun = 0;
  let ended = 0;
  const startMs = performance.now();
  stayAwake(() => ended < requests);
  return new Promise((resolve, reject) => {
    const sockets = Array.from({ length: connections }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.setNoDelay(true);
      let sentMs = 0;
      let received: Buffer = Buffer.alloc(0);
      function next(): void {
        if (begun === requests) return;
        const message = messages[begun % messages.length] as Buffer;
        begun++;
        sentMs = performance.now();
        socket.write(message);
      }
      socket.on('connect', next);
      socket.on('error', reject);
      socket.on('data', (chunk) => {
        received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
        const whole = wholeAnswer(received);
        if (whole === undefined) return;
        if (whole.status !== 200)
          throw new Error(`unexpected answer: ${received.toString('latin1', 0, 200)}`);
        received = received.subarray(whole.length);
        const nowMs = performance.now();
        latenciesMs[ended++] = nowMs - sentMs;
        if (ended < requests) return next();
        for (const each of sockets) each.destroy();
        latenciesMs.sort();
        resolve({
          seconds: (nowMs - startMs) / 1000,
          p50Ms: latenciesMs[Math.floor(requests * 0.5)],
          p99Ms: latenciesMs[Math.floor(requests * 0.99)],
        });
      });
      return socket;
    });
  });
}

/**
 * Keeps this process from sleeping while it waits. The kernel would wake it from within the write of a response, at the
 * service's expense (several µs on a virtual machine), and the more so the slower the service is.
 */
function stayAwake(isNeeded: () => boolean): void {
  if (isNeeded()) setImmediate(stayAwake, isNeeded);
}

let exportedBytes = 0;
const collector = createServer((request, response) => {
  request.on('data', (chunk: Buffer) => (exportedBytes += chunk.length));
  request.on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
});
collector.listen(0, '127.0.0.1', () => {
  process.send?.({ collector: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` });
});

async function answer(order: Order): Promise<void> {
  const before = exportedBytes;
  const cpu = process.cpuUsage();
  const result = await load(order);
  const { user, system } = process.cpuUsage(cpu);
  process.send?.({ ...result, exportedBytes: exportedBytes - before, cpuUs: user + system });
}

process.on('message', (order: Order) => {
  answer(order).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
    process.disconnect();
    collector.close();
  });
});
process.on('disconnect', () => process.exit());
