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
import { type Result, printTable, writeResults } from './request-table.ts';
import { type Peer, startGenerator, startService } from './processes.ts';
import { type VariantName, variants } from './variants.ts';

const CONNECTIONS = 32;
/** Until the code of every variant is compiled: with 30,000, what a slice cost still fell for a minute. */
const WARM_UP_REQUESTS = 100_000;
const SLICE_REQUESTS = 3000;
/** Before each slice, and not counted: whoever ran in between has taken the caches of the processor. */
const SETTLING_REQUESTS = 2000;
const SLICES = 10;
/** How much slower than its process's calm speed a bare slice may be. */
const CALM_RATIO = 1.15;

/** A slice, and the bare ones just before and after it. */
interface Sandwich {
  readonly round: number;
  readonly own: Slice;
  readonly bare: readonly [before: Slice, after: Slice];
}

interface Slice {
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const rounds = Number(process.argv[2] ?? 2);
const chosen = process.argv[3]?.split(',');
const names = (Object.keys(variants) as VariantName[]).filter(
  (name) => name === 'bare' || (chosen?.includes(name) ?? true),
);

type Service = Peer & { readonly port: number };
interface Load {
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly cpuUs: number;
}
interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

const generator = await startGenerator();

async function slice(service: Service, requests: number): Promise<Slice> {
  await generator.ask<Load>({ port: service.port, requests: SETTLING_REQUESTS, connections: CONNECTIONS });
  const before = await service.ask<Usage>({});
  const { seconds, p50Ms, p99Ms } = await generator.ask<Load>({
    port: service.port,
    requests,
    connections: CONNECTIONS,
  });
  const after = await service.ask<Usage>({});
  return {
    cpuUs: (after.cpuUs - before.cpuUs) / requests,
    perSecond: requests / seconds,
    p50Ms,
    p99Ms,
  };
}

const sandwiches = new Map<VariantName, Sandwich[]>(names.map((name) => [name, []]));
const rssBytes = new Map<VariantName, number[]>(names.map((name) => [name, []]));

async function startWarm(name: VariantName): Promise<Service> {
  const service = await startService(name, generator);
  await slice(service, WARM_UP_REQUESTS);
  return service;
}

/**
 * A fresh process of the variant beside a fresh one of the bare service, and nobody else: slices of both in turn.
 *
 * Which of two equal processes was started first makes up to a tenth of a request, so each is the first in every other
 * round; an even number of rounds is fair.
 */
async function compare(name: VariantName, round: number): Promise<void> {
  const early = round % 2 === 0 ? await startWarm('bare') : undefined;
  const service = await startWarm(name);
  const bare = early ?? (await startWarm('bare'));
  let before = await slice(bare, SLICE_REQUESTS);
  for (let turn = 0; turn < SLICES; turn++) {
    const own = await slice(service, SLICE_REQUESTS);
    const after = await slice(bare, SLICE_REQUESTS);
    sandwiches.get(name)?.push({ round, own, bare: [before, after] });
    before = after;
  }
  rssBytes.get(name)?.push((await service.ask<Usage>({})).rssBytes);
  await Promise.all([service.stop(), bare.stop()]);
}

for (let round = 0; round < rounds; round++) {
  for (const name of names) await compare(name, round);
}
await generator.stop();

/**
 * Those slices whose two bare neighbours took no longer than the calm ones of the same process, its fastest quarter. Two
 * bare processes differ for good, so each is held to itself.
 */
function calmOf(measured: readonly Sandwich[]): readonly Sandwich[] {
  return [...Map.groupBy(measured, ({ round }) => round).values()].flatMap((own) => {
    const sorted = own.map(({ bare: [, after] }) => after.cpuUs).toSorted((a, b) => a - b);
    const calmUs = (sorted[Math.floor(sorted.length / 4)] ?? Number.NaN) * CALM_RATIO;
    return own.filter(({ bare }) => bare.every(({ cpuUs }) => cpuUs <= calmUs));
  });
}

const mean = (one: number, other: number): number => (one + other) / 2;

const results: Result[] = names.map((name) => {
  const measured = sandwiches.get(name) ?? [];
  const calm = calmOf(measured);
  const own = calm.map((each) => each.own);
  const added = calm.map(
    ({ own: { cpuUs }, bare: [before, after] }) => cpuUs - mean(before.cpuUs, after.cpuUs),
  );
  return {
    name,
    cpuUs: median(own.map((each) => each.cpuUs)),
    addedUs: median(added),
    addedUsRange: quartiles(added),
    throughputRatio: median(
      calm.map((each) => each.own.perSecond / mean(each.bare[0].perSecond, each.bare[1].perSecond)),
    ),
    p50Ms: median(own.map((each) => each.p50Ms)),
    p99Ms: median(own.map((each) => each.p99Ms)),
    rssBytes: median(rssBytes.get(name) ?? []),
    slices: [calm.length, measured.length],
    rawAddedUs: added,
  };
});
printTable(results);
if (chosen === undefined) writeResults(results, { rounds });
