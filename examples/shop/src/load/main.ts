/*
 * The load, as a process of its own:
 *
 * node load/main.ts --url http://localhost:3000 [--connections 128] [--think-ms 250] [--seed 1] [--requests N]
 *
 * It ends after that many requests, on SIGTERM, on SIGINT, or when the process that started it asks it to, and says then
 * what it sent: as a message to the process that started it, or as JSON on standard output.
 */
import { parseArgs } from 'node:util';
import { isIncidentOrder } from '../incidents.ts';
import { startLoad } from './generate.ts';
import type { LoadReport } from './tally.ts';

/** How often the process that started this one is told how things stand [ms]. */
const REPORT_EVERY_MS = 250;

/** What it tells the process that started it. */
export interface LoadNews {
  readonly load: LoadReport;
  /** True for the last one. */
  readonly done: boolean;
}

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    connections: { type: 'string', default: '128' },
    'think-ms': { type: 'string', default: '250' },
    seed: { type: 'string', default: '1' },
    requests: { type: 'string' },
  },
});

const load = startLoad({
  url: values.url,
  connections: Number(values.connections),
  thinkMs: Number(values['think-ms']),
  seed: Number(values.seed),
  ...(values.requests === undefined ? {} : { requests: Number(values.requests) }),
});
/** Nobody is told once the process that started this one is gone, and it may go while it is being told. */
const tell = (news: LoadNews): void => {
  if (process.connected) process.send?.(news, () => undefined);
};
const telling = setInterval(() => tell({ load: load.report(), done: false }), REPORT_EVERY_MS);
process.once('SIGTERM', load.stop).once('SIGINT', load.stop).once('disconnect', load.stop);
process.on('message', (message) => {
  if (message === 'stop') load.stop();
  if (isIncidentOrder(message)) load.suffer(message.incident);
});

const report = await load.done;
clearInterval(telling);
if (process.send === undefined) process.stdout.write(`${JSON.stringify(report, undefined, 2)}\n`);
else {
  tell({ load: report, done: true });
  if (process.connected) process.disconnect();
}
