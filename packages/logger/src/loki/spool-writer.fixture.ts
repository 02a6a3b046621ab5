import { writeSync } from 'node:fs';
import { createLokiSink } from './sink.ts';

/*
 * Writes numbered lines to a sink with a spool until it is killed: `node … <host> <directory>`. Says on stdout, after
 * each write, how many lines the sink has taken.
 */
const [host = '', directory = ''] = process.argv.slice(2);
const LINES_A_WRITE = 10;

const sink = createLokiSink(
  { host, batching: { interval: 0.01 }, maxBatchBytes: 4_096, spool: { directory } },
  ({ message }) => writeSync(2, `${message}\n`),
);
let count = 0;
setInterval(() => {
  let lines = '';
  for (let each = 0; each < LINES_A_WRITE; each += 1) {
    lines += `${JSON.stringify({ level: 30, time: Date.now(), service: 'shop', n: count })}\n`;
    count += 1;
  }
  sink.write(lines);
  writeSync(1, `${count}\n`);
}, 1);
