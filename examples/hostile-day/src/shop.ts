/*
 * The shop, as a process of its own: it logs its day to Loki and dies of an exception that nobody catches.
 *
 * node shop.ts <url of Loki> <folder for the spool>
 */
import { writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { createLogger, loki } from '@sightline/logger';
import { createDay } from './day.ts';
import type { ShopNews } from './shop-news.ts';

/** An hour of the day takes so long here [ms]. */
const HOUR_MS = 110;
/** The sale: lines in one turn of the event loop. */
const BURST_AT_HOUR = 19;
const BURST_LINES = 20_000;
/** Somebody looks into the payments for a while. */
const DEBUG_FROM_HOUR = 8;
const DEBUG_FOR_MS = 4 * HOUR_MS;

const [host = '', directory = ''] = process.argv.slice(2);
const day = createDay();
const log = createLogger(
  { service: 'shop', timestamp: day.timestamp },
  loki({ host, batching: { interval: 0.1 }, spool: { directory } }),
);
const payments = log.child({ module: 'payments' });
let written = 0;
let debugLines = 0;

function tell(news: ShopNews): void {
  process.send?.(news);
}

function burst(): void {
  for (let line = 0; line < BURST_LINES; line += 1) log.info({ orderId: line }, 'order placed');
  written += BURST_LINES;
}

process.on('uncaughtExceptionMonitor', (error) => {
  log.fatal(error, 'the shop is down');
  written += 1;
});
// After the logger's own listener: by then the lines have left.
process.on('exit', () => {
  const { destination, redacted } = log.stats();
  const last = { written, secrets: day.props.planted.all, destination, redacted };
  writeSync(1, JSON.stringify(last));
});

for (const { number, play } of day.hours) {
  if (number === DEBUG_FROM_HOUR) log.setLevel('debug', { module: 'payments', ttlMs: DEBUG_FOR_MS });
  if (number === BURST_AT_HOUR) burst();
  play(log, (_scene, run) => {
    run();
    written += 1;
  });
  const isDebug = payments.isLevelEnabled('debug');
  payments.debug({ hour: number }, 'charging');
  if (isDebug) debugLines += 1;
  written += isDebug ? 1 : 0;
  tell({ hour: number, written, debugLines });
  // oxlint-disable-next-line no-await-in-loop -- one hour after the other
  await delay(HOUR_MS);
}

throw new Error(`out of memory on host 7, root password=${day.props.planted.password()}`);
