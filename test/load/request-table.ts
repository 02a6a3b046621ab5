import { writeFileSync } from 'node:fs';
import { machine, print } from './figures.ts';
import { type VariantName, variants } from './variants.ts';

/** What one variant costs. */
export interface Result {
  readonly name: VariantName;
  /** CPU time of a request, median of the slices that count [µs]. */
  readonly cpuUs: number;
  /** What it adds to the service alone: median of the differences from the bare neighbours [µs]. */
  readonly addedUs: number;
  /** Where the middle half of the differences lies [µs]. */
  readonly addedUsRange: readonly [number, number];
  /** Requests per second of the service alone = 1. */
  readonly throughputRatio: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident memory after the load. */
  readonly rssBytes: number;
  /** Slices that count, and all. */
  readonly slices: readonly [calm: number, all: number];
  readonly rawAddedUs: readonly number[];
}

/** Everything of one run, as it stands in the file. */
export interface RequestPathResults {
  readonly machine: string;
  readonly measuredAt: string;
  readonly rounds: number;
  readonly results: readonly Result[];
}

/** Where the figures of the README come from. */
export const RESULTS = new URL('request-path.json', import.meta.url);

export function writeResults(results: readonly Result[], { rounds }: { readonly rounds: number }): void {
  const file: RequestPathResults = {
    machine: machine(),
    measuredAt: new Date().toISOString().slice(0, 10),
    rounds,
    results: results.map((result) => ({ ...result, rawAddedUs: result.rawAddedUs.map(round1) })),
  };
  writeFileSync(RESULTS, `${JSON.stringify(file, null, 2)}\n`);
}

/** The rows of the table: one a variant, each beside the assembled one. */
export function requestRows(results: readonly Result[]): readonly (readonly string[])[] {
  const assembledUs = results.find(({ name }) => name === 'assembled')?.addedUs;
  return results.map((result) => [
    variants[result.name].title,
    result.name === 'bare' ? `(${round1(result.cpuUs)} in all)` : String(round1(result.addedUs)),
    result.name === 'bare' ? '' : result.addedUsRange.map(round1).join(' to '),
    result.name === 'bare' || assembledUs === undefined ? '' : fraction(result.addedUs, assembledUs),
    result.throughputRatio.toFixed(2),
    result.p50Ms.toFixed(2),
    result.p99Ms.toFixed(2),
    (result.rssBytes / 1e6).toFixed(0),
    result.slices.join(' of '),
  ]);
}

export const requestColumns = [
  'variant',
  'CPU added to a request, µs',
  'middle half',
  'of the assembled one',
  'throughput',
  'p50, ms',
  'p99, ms',
  'memory after it, MB',
  'calm slices',
] as const;

export function printTable(results: readonly Result[]): void {
  print(`${machine()}\n`);
  print(`| ${requestColumns.join(' | ')} |`);
  print(`|${'---|'.repeat(requestColumns.length)}`);
  for (const row of requestRows(results)) print(`| ${row.join(' | ')} |`);
  print('\nRaw, µs added in each slice:\n');
  for (const { name, rawAddedUs } of results) print(`- ${name}: ${rawAddedUs.map(round1).join(' ')}`);
}

function fraction(part: number, whole: number): string {
  return part >= whole ? '1' : `1/${(whole / part).toFixed(1)}`;
}

function round1(value: number): number {
  return Math.round(value * 10) / 10;
}
