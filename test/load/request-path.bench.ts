/**
 * What does observing a request cost?
 *
 * `node test/load/request-path.bench.ts [rounds] [variant,variant…]`
 *
 * Every round starts each variant in a fresh process and warms it up; then short slices of load alternate between them,
 * the order turning round each time. The CPU time is that of the whole process, all threads, the exporting of spans
 * included; the service and the load generator have a core each. Added CPU and throughput are ratios of neighbouring slices.
 */
import { median } from './figures.ts';
import { type Result, printTable, writeResults } from './request-table.ts';
import { type Peer, startGenerator, startService } from './processes.ts';
import { type VariantName, variants } from './variants.ts';

const CONNECTIONS = 32;
/** Until the code of every variant is compiled: with fewer, the first slices cost up to twice the others. */
const WARM_UP_REQUESTS = 30_000;
const SLICE_REQUESTS = 6_000;
const SLICES = 5;

interface Slice {
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const rounds = Number(process.argv[2] ?? 3);
const chosen = process.argv[3]?.split(',');
const names = (Object.keys(variants) as VariantName[]).filter(
  (name) => name === 'bare' || (chosen?.includes(name) ?? true),
);

type Service = Peer & { readonly port: number };
interface Usage {
  readonly cpuUs: number;
  readonly rssBytes: number;
}

const generator = await startGenerator();

async function slice(service: Service, requests: number): Promise<Slice> {
  const before = await service.ask<Usage>({});
  const { seconds, p50Ms, p99Ms } = await generator.ask<{ seconds: number; p50Ms: number; p99Ms: number }>({
    port: service.port,
    requests,
    connections: CONNECTIONS,
  });
  const after = await service.ask<Usage>({});
  return { cpuUs: (after.cpuUs - before.cpuUs) / requests, perSecond: requests / seconds, p50Ms, p99Ms };
}

const slices = new Map<VariantName, Slice[]>(names.map((name) => [name, []]));
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
      slices.get(name)?.push(await slice(service, SLICE_REQUESTS));
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

const bare = slices.get('bare') ?? [];
const results: Result[] = names.map((name) => {
  const own = slices.get(name) ?? [];
  const added = own.map(({ cpuUs }, index) => cpuUs - (bare[index]?.cpuUs ?? Number.NaN));
  return {
    name,
    cpuUs: median(own.map((each) => each.cpuUs)),
    addedUs: median(added),
    addedUsRange: [Math.min(...added), Math.max(...added)],
    throughputRatio: median(
      own.map(({ perSecond }, index) => perSecond / (bare[index]?.perSecond ?? Number.NaN)),
    ),
    p50Ms: median(own.map((each) => each.p50Ms)),
    p99Ms: median(own.map((each) => each.p99Ms)),
    rssBytes: median(rssBytes.get(name) ?? []),
    rawAddedUs: added,
  };
});
printTable(results);
if (chosen === undefined) writeResults(results, { rounds, slices: SLICES });
