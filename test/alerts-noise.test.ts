import { writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { NOISE_FIGURES, type NoiseFigures } from './alerts/noise-figures.ts';
import { programsOf } from './alerts/programs.ts';
import { toldAtMs, toldSince } from './alerts/told.ts';
import { type WatchedShop, openWatchedShop } from './alerts/watched-shop.ts';

/** Real minutes of noise. What was measured is kept with `SIGHTLINE_FIGURES=true`. */
const NOISE_MINUTES = Number(process.env['SIGHTLINE_NOISE_MINUTES'] ?? 0);
const MINUTE_MS = 60_000;
/** Longest wait for the end of a service to be told of: it has to be gone for a minute, and rules run every half of one [ms]. */
const DEATH_MS = 5 * MINUTE_MS;
/** What a busy machine is given to start and to end [ms]. */
const AROUND_MS = 5 * MINUTE_MS;
const DEATH = 'ServiceAbsent storefront';

/** What is the matter in each minute of noise: a crowd comes and goes, charges are slow or fail now and then. */
async function makeNoise(shop: WatchedShop, minute: number): Promise<void> {
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const spells = [
    { kind: 'slow', delayMs: 150 },
    { kind: 'failing', failedRatio: 0.01 },
  ] as const;
  shop.crowd([0, 24, 0, 8, 48][minute % 5] ?? 0);
  await wait(MINUTE_MS / 2);
  shop.suffer(spells[minute % 2] ?? { kind: 'none' });
  await wait(MINUTE_MS / 10);
  shop.suffer({ kind: 'none' });
  await wait((MINUTE_MS * 2) / 5);
}

/** What Prometheus and the shop have to say about the minutes that have gone by. */
async function measure({ query, prometheusUrl, firing }: WatchedShop, minutes: number) {
  const number = async (promql: string): Promise<number> => {
    const [sample] = await query(promql);
    return Math.round(Number(sample?.value[1] ?? 0));
  };
  const page = await fetch(`${prometheusUrl}/metrics`);
  const own = await page.text();
  const evaluations = (metric: string): number =>
    own
      .split('\n')
      .filter((line) => line.startsWith(`prometheus_rule_group_${metric}_total{`))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
  const requests = `http_server_request_duration_seconds_count`;
  const seen = await query(`sum by (alertname, job) (max_over_time(ALERTS[${minutes}m]))`);
  return {
    requests: await number(`sum(increase(${requests}[${minutes}m]))`),
    failed: await number(`sum(increase(${requests}{http_response_status_code=~"5.."}[${minutes}m]))`),
    evaluations: evaluations('iterations'),
    missedEvaluations: evaluations('iterations_missed'),
    pending: seen
      .map(({ metric }) => `${metric['alertname']} ${metric['job'] ?? ''}`.trim())
      .filter((alert) => alert !== 'Watchdog')
      .toSorted(),
    firing: await firing(),
  };
}

describe('the rules as they are shipped', () => {
  it(
    'tell nobody of anything in real minutes of noise, with a deploy in the middle, and then of a death',
    async ({ skip }) => {
      if (NOISE_MINUTES === 0) skip('it is made for SIGHTLINE_NOISE_MINUTES=20 minutes');
      const found = await programsOf('sid');
      const programs = 'missing' in found ? skip(found.missing) : found;
      const shop = await openWatchedShop({ ...programs, timeScaleRatio: 1, visitors: 12 });
      try {
        let told: readonly string[] = [];
        for (let minute = 0; minute < NOISE_MINUTES; minute += 1) {
          // oxlint-disable-next-line no-await-in-loop -- one minute after the other
          if (minute === Math.floor(NOISE_MINUTES / 2)) await shop.deploy();
          // oxlint-disable-next-line no-await-in-loop -- see above
          await makeNoise(shop, minute);
          const now = toldSince(shop, 0);
          if (now.length > told.length) {
            // The numbers that an alert was raised for are gone once its window is over.
            process.stdout.write(`minute ${minute}: ${JSON.stringify(shop.notifications, null, 1)}\n`);
          }
          told = now;
        }
        const { firing, ...measured } = await measure(shop, NOISE_MINUTES);
        const from = shop.notifications.length;
        const diedMs = performance.now();
        await shop.kill('storefront');
        await shop.until('told of the death', () => toldSince(shop, from).includes(DEATH), DEATH_MS);
        const toldOfDeathSeconds = Math.round((toldAtMs(shop, from, DEATH, 'firing') - diedMs) / 1000);
        const figures: NoiseFigures = {
          minutes: NOISE_MINUTES,
          prometheus: shop.prometheusVersion,
          alertmanager: shop.alertmanagerVersion,
          ...measured,
          told,
          toldOfDeathSeconds,
        };
        process.stdout.write(`${JSON.stringify(figures)}\n`);
        if (process.env['SIGHTLINE_FIGURES'] === 'true')
          await writeFile(NOISE_FIGURES, `${JSON.stringify(figures, null, 2)}\n`);
        expect({ told, firing }).toEqual({ told: [], firing: [] });
        expect(measured.requests).toBeGreaterThan(NOISE_MINUTES);
      } finally {
        await shop.close();
      }
    },
    NOISE_MINUTES * MINUTE_MS + DEATH_MS + AROUND_MS,
  );
});
