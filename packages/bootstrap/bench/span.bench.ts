/**
 * What does a span cost from its start to OTLP bytes, against the SDK with its batch processor and serializer?
 *
 * `node --conditions=@sightline/source packages/bootstrap/bench/span.bench.ts [rounds]`
 *
 * Every run is a fresh process, and the order turns round each round. The cost is the CPU time of the main thread; the
 * bytes are let go.
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const SHAPES = {
  bare: 'a span without attributes',
  database: 'a client span with six attributes, one of them a statement',
  request: 'a server span with what a request says',
} as const;
const HEADS = {
  on: 'sampled',
  off: 'not sampled; ours records it until it is known whether the trace failed or was slow',
} as const;
const LIBRARIES = ['sdk', 'sightline'] as const;

const child = fileURLToPath(new URL('span-case.mjs', import.meta.url));

function run(library: string, shape: string, head: string): number {
  const output = execFileSync(
    process.execPath,
    ['--conditions=@sightline/source', child, library, shape, head],
    {
      encoding: 'utf8',
    },
  );
  return (JSON.parse(output) as { ns: number }).ns;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const rounds = Number(process.argv[2] ?? 5);
print(`Node ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'} × ${cpus().length}, ${rounds} rounds\n`);
for (const [head, meaning] of Object.entries(HEADS)) {
  print(`${meaning}\n\n| span | library | ns a span, median | of the SDK | rounds |\n|---|---|---|---|---|`);
  for (const [shape, content] of Object.entries(SHAPES)) {
    const results = new Map<string, number[]>(LIBRARIES.map((library) => [library, []]));
    for (let round = 0; round < rounds; round++) {
      for (const library of round % 2 === 0 ? LIBRARIES : LIBRARIES.toReversed()) {
        results.get(library)?.push(run(library, shape, head));
      }
    }
    const base = median(results.get('sdk') ?? []);
    for (const [library, values] of results) {
      const middle = median(values);
      const raw = values.map((value) => value.toFixed(0)).join(' ');
      print(`| ${content} | ${library} | ${middle.toFixed(0)} | ${(middle / base).toFixed(2)} | ${raw} |`);
    }
  }
  print('');
}
