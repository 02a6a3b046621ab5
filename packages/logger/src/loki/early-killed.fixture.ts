import { loki } from '../destinations/loki.ts';

/*
 * Writes numbered lines from its first moment on, some a turn, and is killed before its thread can be there:
 * `node … <host> <directory> <turns>`.
 */
const [host = '', directory = '', turns = '1'] = process.argv.slice(2);
const LINES_A_TURN = 5;

const destination = loki({ host, spool: { directory } });
let count = 0;
function turn(): void {
  // The lines of a turn leave behind it.
  if (count === Number(turns) * LINES_A_TURN) {
    setImmediate(() => process.kill(process.pid, 'SIGKILL'));
    return;
  }
  for (let each = 0; each < LINES_A_TURN; each += 1) {
    destination.write(`${JSON.stringify({ level: 30, time: Date.now(), service: 'shop', n: count })}\n`);
    count += 1;
  }
  setImmediate(turn);
}
turn();
