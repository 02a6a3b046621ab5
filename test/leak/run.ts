/**
 * Does any secret that enters a service leave it by its telemetry?
 *
 * `node test/leak/run.ts [--cases 10000] [--seed 1]`
 *
 * Every case is a new secret, made from the seed that is printed, at one of the places where data enters: requests, logs in
 * every form, errors, spans, metrics, audit records, health checks, the environment. Then everything that leaves is searched
 * for it: as it is, URL-encoded, in base64, hex and JSON, and cut short to 12 characters.
 */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { print } from '../load/figures.ts';
import { table } from '../markdown.ts';
import { huntLeaks } from './hunt.ts';

const { values } = parseArgs({
  options: { cases: { type: 'string', default: '10000' }, seed: { type: 'string' } },
});
const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
print(`seed ${seed}`);
const beganMs = performance.now();
const result = await huntLeaks({
  fromSource: process.execArgv.some((flag) => flag.includes('@sightline/source')),
  cases: Number(values.cases),
  seed,
  onProgress(done) {
    if (done % 1000 < 100) print(`${((performance.now() - beganMs) / 1000).toFixed(0)} s  ${done} cases`);
  },
});
print(
  `${result.cases.length} secrets of ${result.kinds} kinds at ${result.places} places; ${result.leaks.length} found, ${result.unheard.length} unheard, ${result.threw.length} thrown into the service`,
);
print(
  table(
    ['where they leave', 'searched, KiB'],
    [...result.searched].map(([exit, bytes]) => [exit, (bytes / 1024).toFixed(0)]),
  ),
);
const told = new Set<string>();
for (const { of, form, exit, excerpt } of result.leaks) {
  const key = `${of.place} | ${of.kind}`;
  if (told.has(key)) continue;
  told.add(key);
  print(
    `LEAK ${key} | name ${of.name} | ${form} | ${exit}\n   planted ${JSON.stringify(of.text.slice(0, 120))}\n   found   ${JSON.stringify(excerpt)}`,
  );
}
for (const place of new Set(result.unheard.map((each) => each.place))) print(`UNHEARD ${place}`);
for (const text of new Set(result.threw)) print(`THREW ${text}`);
if (result.leaks.length + result.unheard.length + result.threw.length > 0) process.exitCode = 1;
