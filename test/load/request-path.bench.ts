/**
 * What does observing a request cost?
 *
 * `node test/load/request-path.bench.ts [rounds] [variant,variant…]`
 *
 * Every round starts each variant in a fresh process and warms it up; then short slices of load alternate between them,
 * the order turning round each time. The CPU time is that of the whole process, all threads, the exporting of spans
 * included; the service and the load generator have a core each. Before each slice of a variant stands one of the bare
 * service: added CPU and throughput compare those two, so that what else the machine does hits both. A pair during
 * which other programs took a noticeable part of the machine is measured again, a bounded number of times.
 */
import { availableParallelism } from 'node:os';
import { median, print } from './figures.ts';
import { machineCpuUs } from './other-work.ts';
import { type Result, printTable, writeResults } from './request-table.ts';
import { type Peer, startGenerator, startService } from './processes.ts';
import { type VariantName, variants } from './variants.ts';

const CONNECTIONS = 32;
/** Until the code of every variant is compiled: with fewer, the first slices cost up to twice the others. */
const WARM_UP_REQUESTS = 30_000;
const SLICE_REQUESTS = 10_000;
const SLICES = 5;
/** Most that other programs may take of the machine's time during a slice. Ticks are coarse: some of it is rounding. */
const OTHER_WORK_RATIO = 0.06;
/** Times that a pair is measured before the calmest of them is taken. */
const MAX_TRIES = 12;

/** A slice, and the bare one just before it. */
interface Pair {
  readonly own: Slice;
  readonly bare: Slice;
}

interface Slice {
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What other programs took of the machine's time meanwhile, 0 to 1. */
  readonly otherWorkRatio: number;
}

const rounds = Number(process.argv[2] ?? 3);
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
  const before = await service.ask<Usage>({});
  const machineBefore = machineCpuUs();
  const { seconds, p50Ms, p99Ms, cpuUs } = await generator.ask<Load>({
    port: service.port,
    requests,
    connections: CONNECTIONS,
  });
  const machineAfter = machineCpuUs();
  const after = await service.ask<Usage>({});
  const ownUs = after.cpuUs - before.cpuUs;
  const othersUs = (machineAfter ?? 0) - (machineBefore ?? 0) - ownUs - cpuUs;
  return {
    cpuUs: ownUs / requests,
    perSecond: requests / seconds,
    p50Ms,
    p99Ms,
    otherWorkRatio: Math.max(0, othersUs) / (seconds * 1e6 * availableParallelism()),
  };
}

const disturbance = ({ own, bare }: Pair): number => Math.max(own.otherWorkRatio, bare.otherWorkRatio);

/** A slice of the bare service and one of another. */
async function pair(bare: Service, service: Service): Promise<Pair> {
  let calmest: Pair | undefined;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    // oxlint-disable-next-line no-await-in-loop
    const reference = await slice(bare, SLICE_REQUESTS);
    // oxlint-disable-next-line no-await-in-loop
    const own = service === bare ? reference : await slice(service, SLICE_REQUESTS);
    const measured = { own, bare: reference };
    if (calmest === undefined || disturbance(measured) < disturbance(calmest)) calmest = measured;
    if (disturbance(calmest) <= OTHER_WORK_RATIO) break;
  }
  return calmest as Pair;
}

const pairs = new Map<VariantName, Pair[]>(names.map((name) => [name, []]));
const rssBytes = new Map<VariantName, number[]>(names.map((name) => [name, []]));

for (let round = 0; round < rounds; round++) {
  const services = new Map<VariantName, Service>();
  for (const name of names) {
    // One after the other: what is being started would take from what is being measured.
    // oxlint-disable-next-line no-await-in-loop
    const service = await startService(name, { collector: generator.collector });
    services.set(name, service);
    // oxlint-disable-next-line no-await-in-loop
    await slice(service, WARM_UP_REQUESTS);
  }
  for (let turn = 0; turn < SLICES; turn++) {
    for (const [name, service] of turn % 2 === 0 ? [...services] : [...services].toReversed()) {
      // oxlint-disable-next-line no-await-in-loop
      pairs.get(name)?.push(await pair(services.get('bare') ?? service, service));
    }
  }
  for (const [name, service] of services) {
    // oxlint-disable-next-line no-await-in-loop
    rssBytes.get(name)?.push((await service.ask<Usage>({})).rssBytes);
    // oxlint-disable-next-line no-await-in-loop
    await service.stop();
  }
}
await generator.stop();

const results: Result[] = names.map((name) => {
  const measured = pairs.get(name) ?? [];
  const own = measured.map((each) => each.own);
  const added = measured.map((each) => each.own.cpuUs - each.bare.cpuUs);
  return {
    name,
    cpuUs: median(own.map((each) => each.cpuUs)),
    addedUs: median(added),
    addedUsRange: [Math.min(...added), Math.max(...added)],
    throughputRatio: median(measured.map((each) => each.own.perSecond / each.bare.perSecond)),
    p50Ms: median(own.map((each) => each.p50Ms)),
    p99Ms: median(own.map((each) => each.p99Ms)),
    rssBytes: median(rssBytes.get(name) ?? []),
    rawAddedUs: added,
  };
});
const most = Math.max(...[...pairs.values()].flat().map(disturbance));
printTable(results);
print(`\nOther programs took at most ${(most * 100).toFixed(0)} % of the machine during a slice.`);
if (chosen === undefined) writeResults(results, { rounds, slices: SLICES });
