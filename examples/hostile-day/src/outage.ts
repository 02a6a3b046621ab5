import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Weather, startFakeLoki } from './fake-loki.ts';
import { leaksIn } from './planted.ts';
import type { LastWords, ShopNews } from './shop-news.ts';

/** From which hour on Loki feels how. */
const WEATHER: ReadonlyMap<number, Weather> = new Map([
  [13, 'gone'],
  [16, 'overloaded'],
  [20, 'up'],
]);

/** How things stand at the end of an hour. */
export interface Hourly extends ShopNews {
  readonly weather: Weather;
  /** Lines in Loki. */
  readonly delivered: number;
}

/** What became of the lines. */
export interface Outage {
  readonly lastWords: LastWords;
  /** Different lines in Loki. */
  readonly delivered: number;
  /** Lines that Loki got a second time. */
  readonly again: number;
  readonly refusedPushes: number;
  readonly leaked: readonly string[];
  readonly debugLines: number;
  /** True when the line about the crash is in Loki. */
  readonly hasLastLine: boolean;
}

/**
 * Runs the shop against a Loki that is down in the afternoon.
 *
 * @param onHour told at the end of each hour
 */
export async function liveThroughOutage(onHour: (hourly: Hourly) => void): Promise<Outage> {
  const loki = await startFakeLoki();
  const spool = mkdtempSync(join(tmpdir(), 'hostile-day-'));
  try {
    const shop = fork(fileURLToPath(new URL('shop.ts', import.meta.url)), [loki.url, spool], {
      silent: true,
    });
    let output = '';
    let stderr = '';
    let debugLines = 0;
    shop.stdout?.on('data', (text) => (output += text));
    shop.stderr?.on('data', (text) => (stderr += text));
    shop.on('message', (news: ShopNews) => {
      ({ debugLines } = news);
      onHour({ ...news, weather: loki.weather, delivered: loki.entries.size });
      loki.become(WEATHER.get(news.hour + 1) ?? loki.weather);
    });
    const [exitCode] = (await once(shop, 'close')) as [number | null];
    if (exitCode !== 1 || output === '') throw new Error(`the shop ended with ${exitCode}: ${stderr}`);
    const lastWords: LastWords = JSON.parse(output);
    const stored = [...loki.entries];
    return {
      lastWords,
      delivered: stored.length,
      again: loki.received - stored.length,
      refusedPushes: loki.refused,
      leaked: leaksIn(stored.join('\n'), lastWords.secrets),
      debugLines,
      hasLastLine: stored.some((entry) => entry.includes('the shop is down')),
    };
  } finally {
    await loki.stop();
    rmSync(spool, { recursive: true });
  }
}
