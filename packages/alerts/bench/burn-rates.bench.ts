/**
 * Are burn alerts right, and how soon? Twelve months of each kind of traffic, with the same eight incidents in each.
 *
 * `node --conditions=@sightline/source packages/alerts/bench/burn-rates.bench.ts [months]`
 *
 * Nothing is measured in time, so the figures are the same on every machine.
 */
import { burnRateTable } from './burn-rate-table.ts';

process.stdout.write(`${burnRateTable(Number(process.argv[2] ?? 12))}\n`);
