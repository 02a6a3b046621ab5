/*
 * The table of what `measure-memory.ts` measured, written into the README beside it.
 *
 * node --conditions=@sightline/source test/ui/endurance-table.ts
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { table } from '../markdown.ts';
import {
  type MemorySample,
  type MemoryVerdict,
  blocksOf,
  judgeMemory,
  memoryQuantities,
} from './page-memory.ts';

interface EnduranceResult {
  readonly machine: string;
  readonly measuredAt: string;
  readonly minutes: number;
  /** Of the machine, over one minute each, on average. */
  readonly meanLoad: number;
  /** What was sent meanwhile. */
  readonly fed: string;
  readonly problems: readonly string[];
  readonly warmUpSeconds: number;
  readonly verdicts: readonly MemoryVerdict[];
  readonly samples: readonly MemorySample[];
}

/** By the name of the page. */
export type EnduranceResults = Readonly<Record<string, EnduranceResult>>;

export const endurancePath = fileURLToPath(new URL('endurance.json', import.meta.url));

const titles: Readonly<Record<string, string>> = {
  logs: 'live logs',
  trace: 'a trace of 5,000 spans',
  dashboard: 'a dashboard of 100 panels',
  explorer: '50,000 series in the explorer',
};
const columns = ['page', 'minutes', '', 'mean', 'growth after the warm-up', '95 % of it', 'bound', 'flat'];

/** One row a page and quantity. */
export function enduranceRows(results: EnduranceResults): readonly (readonly string[])[] {
  return Object.entries(results).flatMap(([page, { minutes, verdicts }]) =>
    verdicts.map(({ quantity, mean, growth, growthRange, bound, isFlat }, index) => {
      const { title, unit, scale } = memoryQuantities[quantity];
      const amount = (value: number): string =>
        `${(value / scale).toFixed(unit === '' ? 0 : 2)}${unit === '' ? '' : ` ${unit}`}`;
      return [
        index === 0 ? (titles[page] ?? page) : '',
        index === 0 ? String(minutes) : '',
        title,
        amount(mean),
        amount(growth),
        growthRange.map(amount).join(' to '),
        amount(bound),
        isFlat ? 'yes' : '**no**',
      ];
    }),
  );
}

/** By the rule as it is now, so that a change of it needs no new half hour. */
function rejudged(results: EnduranceResults): EnduranceResults {
  return Object.fromEntries(
    Object.entries(results).map(([page, result]) => [
      page,
      { ...result, verdicts: judgeMemory(result.samples, blocksOf(result.samples)) },
    ]),
  );
}

const TABLE = /(<!-- endurance -->\n)[^]*(<!-- \/endurance -->)/;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const results = rejudged(JSON.parse(await readFile(endurancePath, 'utf8')) as EnduranceResults);
  await writeFile(endurancePath, `${JSON.stringify(results, null, 1)}\n`);
  const readme = new URL('README.md', import.meta.url);
  const [first] = Object.values(results);
  const notes = Object.entries(results).map(
    ([page, { fed, meanLoad, measuredAt }]) =>
      `- ${titles[page] ?? page}: ${fed === '' ? '' : `${fed}; `}load of the machine ${meanLoad} on average (${measuredAt})`,
  );
  const text = [first?.machine ?? '', table(columns, enduranceRows(results)), notes.join('\n')].join('\n\n');
  const before = await readFile(readme, 'utf8');
  await writeFile(
    readme,
    before.replace(TABLE, (_, open: string, close: string) => `${open}\n${text}\n\n${close}`),
  );
}
