/**
 * Does a character of hostile text cost more when the text is longer?
 *
 * `node --conditions=@sightline/source packages/redact/bench/linear.bench.ts [rounds]`
 *
 * Each case repeats what makes a rule look farthest: beginnings without an end, names without a value, runs that
 * many anchors share. A scanner that backtracks shows a cost that grows with the length; a linear one, a flat row.
 * `baseline` reads every character once; `ours, clean` holds no anchor.
 */
import { cpus } from 'node:os';
import type * as redactorModule from '../src/redactor.ts';

// By URL: the compiled bench lies elsewhere.
const source = new URL('../src/redactor.ts', import.meta.url).href;
const { createRedactor } = (await import(source)) as typeof redactorModule;

const LENGTHS = [10_000, 100_000, 1_000_000] as const;
/** Characters that each measurement goes through, so that short texts are not lost in the clock's grain. */
const CHARACTERS = 2_000_000;
const CLEAN = 'GET /orders/42 answered in 12 ms, ';
const HOSTILE = [
  '"d":"AAAAAAAAAAAAAAAA"',
  'name:token,',
  '4111.1111.',
  '4111-1111 ',
  'token: ',
  'token ',
  'code=',
  'code:',
  'sig=',
  '<token_type>a',
  'token=<b>(',
  'token="\\"',
  '"token":{',
  '://',
  '://a:b/',
  '%3a%2f%2f',
  'Basic ',
  'Bearer ',
  'eyJAAAAAAA.',
  'curl -u ',
  '(token)=(',
  '(token) values (?) ',
  '-----BEGIN PRIVATE KEY',
  'form-data; name="token"\n\n--',
  '@',
  '::',
] as const;

const { text: censor } = createRedactor({ email: true, ipAddress: true });
let sink = 0;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const NS_A_MS = 1e6;

function readOnce(text: string): string {
  for (let at = 0; at < text.length; at++) sink += text.charCodeAt(at);
  return text;
}

/** Median nanoseconds a character. */
function measure(work: (text: string) => string, unit: string, length: number, rounds: number): number {
  // Joined rather than repeated: a rope would be flattened inside the first measurement.
  const text = Array.from({ length: Math.ceil(length / unit.length) }, () => unit).join('');
  const times = Math.max(1, Math.round(CHARACTERS / text.length));
  const perCharacter: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    for (let time = 0; time < times; time++) sink += work(text).length;
    perCharacter.push(((performance.now() - start) * NS_A_MS) / (times * text.length));
  }
  // The first round warms up.
  return perCharacter.slice(1).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] as number;
}

const rounds = Math.max(1, Number(process.argv[2] ?? 5));
const cases: readonly (readonly [name: string, work: (text: string) => string, unit: string])[] = [
  ['baseline', readOnce, CLEAN],
  ['ours, clean', censor, CLEAN],
  ...HOSTILE.map((unit) => [`ours, ${JSON.stringify(unit)}`, censor, unit] as const),
];

print(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, median of ${rounds} rounds\n`);
print('| ns per character | 10 KB | 100 KB | 1 MB | 1 MB ÷ 10 KB |\n| --- | ---: | ---: | ---: | ---: |');
for (const [name, work, unit] of cases) {
  const costs = LENGTHS.map((length) => measure(work, unit, length, rounds));
  const growth = (costs.at(-1) ?? 0) / (costs[0] ?? 1);
  const shown = costs.map((cost) => cost.toFixed(1)).join(' | ');
  print(`| ${name.replaceAll('|', '\\|')} | ${shown} | ${growth.toFixed(2)} |`);
}
if (sink === 0) print('nothing was measured');
