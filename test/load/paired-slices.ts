/* oxlint-disable no-await-in-loop -- two at once would measure each other */
import type { Peer } from './processes.ts';

/** What is put on a service. */
export interface Load {
  readonly connections: number;
  readonly routes?: number;
  readonly headerBytes?: number;
}

/** Load of a while. */
export interface Slice {
  /** CPU time of a request, that of all threads of the service [µs]. */
  readonly cpuUs: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** What the collector received meanwhile, of whomever. */
  readonly exportedBytes: number;
}

/** A slice, and those of the bare service just before and after it. */
export interface Sandwich {
  readonly own: Slice;
  readonly bare: readonly [before: Slice, after: Slice];
}

export interface SliceSizes {
  /** Before each slice, and not counted: whoever ran in between has taken the caches of the processor. */
  readonly settlingRequests: number;
  readonly requests: number;
}

type Asked = Pick<Peer, 'ask'>;
type Service = Asked & { readonly port: number };

/** How much slower than its process's calm speed a bare slice may be. */
const CALM_RATIO = 1.15;

export async function slice(
  generator: Asked,
  service: Service,
  load: Load,
  { settlingRequests, requests }: SliceSizes,
): Promise<Slice> {
  const order = { port: service.port, ...load };
  if (settlingRequests > 0) await generator.ask({ ...order, requests: settlingRequests });
  const before = await service.ask<{ cpuUs: number }>({});
  const { seconds, ...told } = await generator.ask<
    { readonly seconds: number } & Pick<Slice, 'p50Ms' | 'p99Ms' | 'exportedBytes'>
  >({ ...order, requests });
  const after = await service.ask<{ cpuUs: number }>({});
  // The generator tells of its own CPU time as well.
  return { ...told, cpuUs: (after.cpuUs - before.cpuUs) / requests, perSecond: requests / seconds };
}

/** Slices of the observed service, each between two of the bare one. */
export async function sandwiches(
  generator: Asked,
  { own, bare }: { readonly own: Service; readonly bare: Service },
  load: Load,
  { count, ...sizes }: SliceSizes & { readonly count: number },
): Promise<readonly Sandwich[]> {
  const all: Sandwich[] = [];
  let before = await slice(generator, bare, load, sizes);
  for (let turn = 0; turn < count; turn++) {
    const observed = await slice(generator, own, load, sizes);
    const after = await slice(generator, bare, load, sizes);
    all.push({ own: observed, bare: [before, after] });
    before = after;
  }
  return all;
}

/**
 * Those whose two bare neighbours took no longer than the calm ones of the same process, its fastest quarter: the choice
 * looks at the bare service alone, never at what is being measured.
 */
export function calmOf(measured: readonly Sandwich[]): readonly Sandwich[] {
  const sorted = measured.map(({ bare: [, after] }) => after.cpuUs).toSorted((one, other) => one - other);
  const calmUs = (sorted[Math.floor(sorted.length / 4)] ?? Number.NaN) * CALM_RATIO;
  return measured.filter(({ bare }) => bare.every(({ cpuUs }) => cpuUs <= calmUs));
}

/** What one slice shows. */
export interface Comparison {
  /** CPU that a request takes beyond the bare neighbours' mean [µs]. */
  readonly addedUs: number;
  readonly bareUs: number;
  /** Requests per second of the bare neighbours = 1. */
  readonly throughputRatio: number;
}

export function compared({ own, bare: [before, after] }: Sandwich): Comparison {
  const bareUs = (before.cpuUs + after.cpuUs) / 2;
  return {
    addedUs: own.cpuUs - bareUs,
    bareUs,
    throughputRatio: own.perSecond / ((before.perSecond + after.perSecond) / 2),
  };
}
