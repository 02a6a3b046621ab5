/**
 * Does any secret that enters a service leave it by its telemetry?
 *
 * `node test/leak/run.ts [--cases 10000] [--seed 1]`
 *
 * Every case is a new secret, made from the seed that is printed, at one of the places where data enters: requests, logs in
 * every form, errors, spans, metrics, audit records, health checks, the environment. Then everything that leaves is searched
 * for it: as it is, URL-encoded, in base64, hex and JSON, and cut short to 12 characters. `leak.json` holds what came of a
 * run of 10,000 or more.
 */
import { randomInt } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { print } from '../load/figures.ts';
import { renewGenerated } from '../renew-generated.ts';
import { huntLeaks } from './hunt.ts';
import { LEAK_RESULTS, leakResults, leakTables } from './leak-table.ts';

/** A shorter run is a look, and no figure. */
const LONG_CASES = 10_000;
const { values } = parseArgs({
  options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
print(`seed ${seed}`);
const beganMs = performance.now();
const result = await huntLeaks({
  cases: Number(values.cases),
  seed,
  onProgress(done) {
    if (done % 1000 < 125) print(`${((performance.now() - beganMs) / 1000).toFixed(0)} s  ${done} cases`);
  },
});
print(
  `${result.cases.length} secrets of ${result.kinds} kinds at ${result.places} places; ${result.leaks.length} found, ${result.unheard.length} unheard, ${result.threw.length} thrown into the service`,
);
const results = leakResults(result, {
  minutes: (performance.now() - beganMs) / 60_000,
  measuredAt: new Date().toISOString().slice(0, 10),
});
print(`\n${leakTables(results)}\n`);
if (results.cases >= LONG_CASES) {
  writeFileSync(LEAK_RESULTS, `${JSON.stringify(results, null, 1)}\n`);
  renewGenerated();
}
const told = new Set<string>();
for (const { of, form, exit, excerpt } of result.leaks) {
  const key = `${of.place} | ${of.kind}`;
  if (told.has(key)) continue;
  told.add(key);
  print(
    `LEAK ${key} | name ${of.name} | ${form} | ${exit}\n   planted ${JSON.stringify(of.text.slice(0, 120))}\n   found   ${JSON.stringify(excerpt)}`,
  );
}
for (const each of new Set(result.unheard.map(({ place, kind }) => `${place} | ${kind}`)))
  print(`UNHEARD ${each}`);
for (const text of new Set(result.threw)) print(`THREW ${text}`);
if (result.leaks.length + result.unheard.length + result.threw.length > 0) process.exitCode = 1;
