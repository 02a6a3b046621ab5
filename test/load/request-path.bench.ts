/* oxlint-disable no-await-in-loop -- two at once would measure each other */
/**
 * What does observing a request cost?
 *
 * `node test/load/request-path.bench.ts [rounds] [variant,variant…]`
 *
 * Every round starts each variant in a fresh process beside a fresh one of the bare service and warms both up; then short
 * slices of load alternate between the two. No more than two run at a time: the timers, exports and caches of eight that
 * wait cost 6 µs a request of the one that is measured. The CPU time is that of the whole process, all threads, the
 * exporting of spans included; the service and the load generator have a core each.
 *
 * A slice is counted from when the service has had the core for some thousand requests: one that runs alone has warm
 * caches, and here each runs after another.
 *
 * A machine that others use as well, or that its host slows down, changes its speed from second to second. So each
 * slice of a variant stands between two of the bare service and is compared with their mean, and only those count whose
 * two bare neighbours ran at that process's calm speed: the choice looks at the bare service alone, never at what is
 * being measured. How many counted stands in the table.
 */
import { median, quartiles } from './figures.ts';
import { type Sandwich, calmOf, compared, sandwiches, slice } from './paired-slices.ts';
import { type Peer, startGenerator, startService } from './processes.ts';
import { type Result, printTable, writeResults } from './request-table.ts';
import { type VariantName, variants } from './variants.ts';

const LOAD = { connections: 32 };
/** Until the code of every variant is compiled: with 30,000, what a slice cost still fell for a minute. */
const WARM_UP_REQUESTS = 100_000;
const SIZES = { settlingRequests: 2000, requests: 3000, count: 10 };

/** What one round shows of a variant. */
interface Round {
  readonly all: readonly Sandwich[];
  readonly rssBytes: number;
}

const rounds = Number(process.argv[2] ?? 2);
const chosen = process.argv[3]?.split(',');
const names = (Object.keys(variants) as VariantName[]).filter(
  (name) => name === 'bare' || (chosen?.includes(name) ?? true),
);

const generator = await startGenerator();

async function startWarm(name: VariantName): Promise<Peer & { readonly port: number }> {
  const service = await startService(name, generator);
  await slice(generator, service, LOAD, { ...SIZES, requests: WARM_UP_REQUESTS });
  return service;
}

/**
 * A fresh process of the variant beside a fresh one of the bare service, and nobody else: slices of both in turn.
 *
 * Which of two equal processes was started first makes up to a tenth of a request, so each is the first in every other
 * round; an even number of rounds is fair.
 */
async function measure(name: VariantName, round: number): Promise<Round> {
  const early = round % 2 === 0 ? await startWarm('bare') : undefined;
  const own = await startWarm(name);
  const bare = early ?? (await startWarm('bare'));
  const all = await sandwiches(generator, { own, bare }, LOAD, SIZES);
  const { rssBytes } = await own.ask<{ rssBytes: number }>({});
  await Promise.all([own.stop(), bare.stop()]);
  return { all, rssBytes };
}

const measured = new Map<VariantName, Round[]>(names.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of names) measured.get(name)?.push(await measure(name, round));
}
await generator.stop();

const results: Result[] = names.map((name) => {
  const own = measured.get(name) ?? [];
  // Two bare processes differ for good, so each is held to itself.
  const calm = own.flatMap(({ all }) => calmOf(all));
  const slices = calm.map((each) => each.own);
  const added = calm.map((each) => compared(each).addedUs);
  return {
    name,
    cpuUs: median(slices.map(({ cpuUs }) => cpuUs)),
    addedUs: median(added),
    addedUsRange: quartiles(added),
    throughputRatio: median(calm.map((each) => compared(each).throughputRatio)),
    p50Ms: median(slices.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(slices.map(({ p99Ms }) => p99Ms)),
    rssBytes: median(own.map(({ rssBytes }) => rssBytes)),
    slices: [calm.length, own.length * SIZES.count],
    rawAddedUs: added,
  };
});
printTable(results);
if (chosen === undefined) writeResults(results, { rounds });
