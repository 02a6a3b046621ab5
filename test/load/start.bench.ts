/**
 * What does observing a service add to its start, and to its memory before the first request?
 *
 * `node test/load/start.bench.ts [rounds]`
 *
 * From the spawn of the process to its first listening socket, each time in a fresh one, the order turning round.
 */
import { writeFileSync } from 'node:fs';
import { machine, median, print } from './figures.ts';
import { startGenerator, startService } from './processes.ts';
import { START_RESULTS, type StartResults, startColumns, startRows } from './start-table.ts';
import type { VariantName } from './variants.ts';

const NAMES = ['bare', 'sightline', 'assembled', 'careful'] as const satisfies readonly VariantName[];

interface Start {
  readonly ms: number;
  readonly rssBytes: number;
}

const rounds = Number(process.argv[2] ?? 9);
const generator = await startGenerator();
const starts = new Map<VariantName, Start[]>(NAMES.map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const name of round % 2 === 0 ? NAMES : NAMES.toReversed()) {
    // oxlint-disable-next-line no-await-in-loop -- one start at a time is what is measured
    const service = await startService(name, { collector: generator.collector });
    // oxlint-disable-next-line no-await-in-loop
    const { rssBytes } = await service.ask<{ rssBytes: number }>({});
    starts.get(name)?.push({ ms: service.startMs, rssBytes });
    // oxlint-disable-next-line no-await-in-loop
    await service.stop();
  }
}
await generator.stop();

const middle = (name: VariantName, of: keyof Start): number =>
  median((starts.get(name) ?? []).map((start) => start[of]));
const results = NAMES.map((name) => ({
  name,
  ms: middle(name, 'ms'),
  addedMs: middle(name, 'ms') - middle('bare', 'ms'),
  rssBytes: middle(name, 'rssBytes'),
  addedRssBytes: middle(name, 'rssBytes') - middle('bare', 'rssBytes'),
  rawMs: (starts.get(name) ?? []).map(({ ms }) => Math.round(ms)),
}));

print(`${machine()}, ${rounds} rounds\n`);
print(`| ${startColumns.join(' | ')} |\n|${'---|'.repeat(startColumns.length)}`);
for (const row of startRows(results)) print(`| ${row.join(' | ')} |`);
print('\nRaw, ms:\n');
for (const { name, rawMs } of results) print(`- ${name}: ${rawMs.join(' ')}`);
const file: StartResults = {
  machine: machine(),
  measuredAt: new Date().toISOString().slice(0, 10),
  rounds,
  results,
};
writeFileSync(START_RESULTS, `${JSON.stringify(file, null, 2)}\n`);
