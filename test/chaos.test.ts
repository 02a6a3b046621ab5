import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHAOS_RESULTS, type ChaosResults, chaosTable } from './chaos/chaos-table.ts';
import { faults } from './chaos/faults.ts';
import { type LoadProcess, startLoadProcess } from './chaos/load-process.ts';
import { type ChaosSettings, measureFault } from './chaos/measure.ts';
import { withGenerated } from './markdown.ts';

const isLong = process.env['SIGHTLINE_LONG_TESTS'] === 'true';
/** One of each kind; `node test/chaos/run.ts` has them all, and its table what they cost. */
const SHORT = new Set(['otlp-web-page', 'otlp-partial', 'loki-memory-refused', 'both-flap', 'disk-removed']);
const settings: ChaosSettings = {
  pairs: 1,
  sliceSeconds: 0.5,
  ratePerSecond: 100,
  warmUpSeconds: 0.3,
  endings: 1,
  fromSource: true,
};

describe('a service under load', () => {
  let load: LoadProcess;
  beforeAll(async () => {
    load = await startLoadProcess();
  }, 30_000);
  afterAll(() => load.stop());

  const tried = faults.filter(({ name, on }) => on.includes('sightline') && (isLong || SHORT.has(name)));
  it.each(tried.map((fault) => [`${fault.group}: ${fault.title}`, fault] as const))(
    'fails no request, and counts whatever is lost, with %s',
    async (_title, fault) => {
      const result = await measureFault(fault, 'sightline', load, settings);
      if (result.skipped !== undefined) {
        process.stdout.write(`skipped: ${fault.name}: ${result.skipped}\n`);
        return;
      }
      expect(result.failures).toEqual([]);
      expect(result.requests).toBeGreaterThan(0);
      expect(Object.keys(result.losses)).toEqual(['spans', 'lines', 'output', 'metrics']);
      for (const [signal, { made, lost, counted }] of Object.entries(result.losses)) {
        expect([signal, made > 0, counted]).toEqual([signal, true, lost]);
      }
    },
    180_000,
  );
});

describe.skipIf(!existsSync(CHAOS_RESULTS))('the table of what faults cost', () => {
  it('is current, else run this file with -u', async () => {
    const readme = fileURLToPath(new URL('chaos/README.md', import.meta.url));
    const results = JSON.parse(readFileSync(CHAOS_RESULTS, 'utf8')) as ChaosResults;
    const current = withGenerated(readFileSync(readme, 'utf8'), 'chaos', chaosTable(results));
    await expect(current).toMatchFileSnapshot(readme);
  });
});
