/**
 * What does recording a request cost, against a bare handler and against one span made by hand with the SDK?
 *
 * `node packages/http/bench/server.bench.ts [rounds] [requests]`
 *
 * Every run is a server in a fresh process that runs the built packages, and this process is its client: keep-alive
 * connections over loopback, one request at a time on each. The order of the cases turns round each round. The cost is
 * the CPU time of the server's main thread.
 */
/* oxlint-disable no-await-in-loop -- one run after the other */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { machine, median, print } from './figures.ts';

const CASES = [
  'baseline',
  'raw library',
  'ours, recorder alone',
  'ours, recorder alone, no headers, no counting',
  'ours, tracer that records nothing',
  'ours, spans of the SDK',
] as const;
type Case = (typeof CASES)[number];

const CONNECTIONS = 16;
const child = fileURLToPath(new URL('server-case.ts', import.meta.url));

const REQUEST = Buffer.from(
  [
    'GET /api/orders/7?page=2&sort=created HTTP/1.1',
    'host: shop.example.com',
    'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'accept: application/json',
    'traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    'x-request-id: 6f1c3f6e-8a51-4f1e-9c3e-0123456789ab',
    '',
    '',
  ].join('\r\n'),
);
/** Answers come one at a time on a connection, and whole: they are smaller than a segment. */
const END_OF_BODY = '}'.charCodeAt(0);

async function ask(server: ChildProcess): Promise<number> {
  server.send('cpu');
  const [{ micros }] = (await once(server, 'message')) as [{ micros: number }];
  return micros;
}

function load(sockets: readonly Socket[], count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let sent = 0;
    let answered = 0;
    for (const socket of sockets) {
      const next = (): void => {
        if (sent === count) return;
        sent += 1;
        socket.write(REQUEST);
      };
      socket.removeAllListeners('data');
      socket.on('error', reject);
      socket.on('data', (data) => {
        if (data[data.length - 1] !== END_OF_BODY) return;
        answered += 1;
        if (answered === count) resolve();
        next();
      });
      next();
    }
  });
}

/** CPU time of a request [µs]. */
async function run(name: Case, requests: number): Promise<number> {
  const server = fork(child, [name]);
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];
  const sockets = Array.from({ length: CONNECTIONS }, () => connect(port, '127.0.0.1').setNoDelay(true));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  await load(sockets, requests);
  const slices: number[] = [];
  for (let slice = 0; slice < 5; slice++) {
    const before = await ask(server);
    await load(sockets, requests / 5);
    slices.push(((await ask(server)) - before) / (requests / 5));
  }
  for (const socket of sockets) socket.destroy();
  server.disconnect();
  await once(server, 'exit');
  return median(slices);
}

const rounds = Number(process.argv[2] ?? 7);
const requests = Number(process.argv[3] ?? 60_000);
const cases =
  process.argv[4] === undefined ? CASES : CASES.filter((name) => process.argv[4]?.split(';').includes(name));
print(`${machine()}, ${rounds} rounds of ${requests} requests\n`);
const results = new Map<Case, number[]>(cases.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 === 0 ? cases : cases.toReversed()) {
    results.get(name)?.push(await run(name, requests));
  }
}
const base = results.get('baseline') ?? [];
print(
  '| case | µs of CPU a request, median | added, median of rounds | of baseline | rounds |\n|---|---|---|---|---|',
);
for (const [name, values] of results) {
  const added = median(values.map((value, round) => value - (base[round] ?? Number.NaN)));
  const raw = values.map((value) => value.toFixed(1)).join(' ');
  const ratio = (median(values) / median(base)).toFixed(2);
  print(`| ${name} | ${median(values).toFixed(1)} | ${added.toFixed(1)} | ${ratio} | ${raw} |`);
}
