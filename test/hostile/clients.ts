import { connect } from 'node:net';

const CONNECTIONS = 16;
/** Requests that one connection sends at a time, without waiting for the answers. */
const PIPELINED = 32;
const STATUS_LINE = 'HTTP/1.1 ';

/** Sends requests over a few connections, many at a time, and waits for the answers to all of them. */
export async function sendAll(port: number, requests: number, next: () => string): Promise<void> {
  let left = requests;
  await Promise.all(Array.from({ length: CONNECTIONS }, client));

  function client(): Promise<void> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      let open = 0;
      let tail = '';
      function send(): void {
        let batch = '';
        while (open < PIPELINED && left > 0) {
          left--;
          open++;
          batch += next();
        }
        if (open > 0) socket.write(batch);
        else {
          socket.off('close', lost).destroy();
          resolve();
        }
      }
      const lost = (): void =>
        reject(new Error(`a connection ended with ${open} requests unanswered: ${tail}`));
      socket.on('connect', send).on('error', reject).on('close', lost);
      socket.on('data', (chunk: Buffer) => {
        const text = tail + chunk.toString('latin1');
        for (let at = text.indexOf(STATUS_LINE); at !== -1; at = text.indexOf(STATUS_LINE, at + 1)) open--;
        tail = text.slice(1 - STATUS_LINE.length);
        if (open === 0) send();
      });
    });
  }
}

/** Sends what is no request that the parser takes, each over a connection of its own, and waits for its end. */
export async function sendBroken(port: number, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(text));
      // It may be reset, which is as good an end as any.
      socket
        .on('error', () => {})
        .on('close', resolve)
        .resume();
    });
  }
}
