/** Sends what is on standard input, without an event loop, and prints whether it was delivered. */
import { text } from 'node:stream/consumers';
import { sendSync } from '../../dist/otlp/send-sync.js';

const { body, ...request } = JSON.parse(await text(process.stdin));
const posts = [
  {
    request: { ...request, body: Buffer.from(body) },
    settled: (delivered) => process.stdout.write(String(delivered)),
  },
];
sendSync(posts, 5000);
