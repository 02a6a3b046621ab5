import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createExemplarStore } from '../../store/exemplar-store.ts';
import { createMetadataStore } from '../../store/metadata-store.ts';
import { createSampleSink } from '../../store/sample-sink.ts';
import { createSeriesStore } from '../../store/series/series-store.ts';
import { createPageReader } from './page-reader.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const PAGES = 100;
/** What makes a page some 200 kB long. */
const comments = '# nothing that is kept of a page, and a lot of it\n'.repeat(4000);

describe('createPageReader', () => {
  it.each([
    ['series of it', (at: number) => seriesUpTo(at)],
    [
      'an exemplar of it',
      (at: number) => `requests_total 1 # {trace_id="${String(at).padStart(32, '0')}"} ${at}\n`,
    ],
    [
      'the help of a metric of it',
      (at: number) => `# HELP a_metric_number_${at} a help that is long enough\n`,
    ],
  ])('does not keep a page for %s', (_, linesOf) => {
    const stores = {
      series: createSeriesStore({ maxSeries: 1000, maxBytes: 1e8, retentionMs: 1e9 }),
      exemplars: createExemplarStore(1000),
      metadata: createMetadataStore(),
    };
    const reader = createPageReader({ job: 'shop' }, createSampleSink(stores, true));
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let at = 0; at < PAGES; at++) {
      const page = Buffer.from(`${comments}${linesOf(at)}# EOF\n`).toString('utf8');
      reader.take(page, true, 1000 * at);
    }
    collectGarbage();
    const growth = process.memoryUsage().heapUsed - before;
    expect(growth).toBeLessThan((PAGES * comments.length) / 4);
    // All of it is in use until here.
    reader.end(1e6);
    expect(
      stores.series.stats().series + stores.exemplars.size() + stores.metadata.all().size,
    ).toBeGreaterThan(0);
  });
});

/** One more series each time. */
function seriesUpTo(at: number): string {
  return Array.from({ length: at + 1 }, (_, n) => `requests_total{route="/a/route/number/${n}"} 1\n`).join(
    '',
  );
}
