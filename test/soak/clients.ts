import { connect } from 'node:net';

/** What is asked for, and how it ends. */
export const mix = [
  { path: '/ok/', weight: 12, ends: 'answered' },
  { path: '/fail/', weight: 2, ends: 'answered' },
  { path: '/reject/', weight: 2, ends: 'answered' },
  { path: '/nowhere/', weight: 2, ends: 'answered' },
  { path: '/endless/', weight: 2, ends: 'aborted' },
] as const;

type Path = (typeof mix)[number]['path'];

/** In turn, so that the numbers are known beforehand. */
const turns = mix.flatMap((each) => Array.from({ length: each.weight }, () => each));

/**
 * Sends requests over so many connections at once, each with its own id in the path. One that is to be aborted is so
 * at the first byte of its answer: then the service surely has it.
 *
 * @returns how many were sent, by path
 */
export function sendMix(
  port: number,
  { requests, connections }: { readonly requests: number; readonly connections: number },
): Promise<ReadonlyMap<Path, number>> {
  const sent = new Map<Path, number>();
  let begun = 0;
  let running = connections;
  return new Promise((resolve, reject) => {
    function client(): void {
      const socket = connect(port, '127.0.0.1');
      let current: (typeof mix)[number] | undefined;
      function next(): void {
        if (begun === requests) {
          running--;
          socket.destroy();
          if (running === 0) resolve(sent);
          return;
        }
        current = turns[begun % turns.length];
        begun++;
        if (current === undefined) throw new Error('the mix is empty');
        sent.set(current.path, (sent.get(current.path) ?? 0) + 1);
        socket.write(`GET ${current.path}${begun} HTTP/1.1\r\nhost: shop.example.com\r\n\r\n`);
      }
      socket.on('connect', next);
      socket.on('error', reject);
      let received = '';
      socket.on('data', (chunk: Buffer) => {
        if (current?.ends === 'aborted') {
          socket.destroy();
          client();
          return;
        }
        received += chunk.toString('latin1');
        const head = received.indexOf('\r\n\r\n');
        const length = Number(/content-length: (\d+)/i.exec(received)?.[1]);
        if (head === -1 || received.length < head + 4 + length) return;
        received = '';
        next();
      });
    }
    for (let index = 0; index < connections; index++) client();
  });
}
