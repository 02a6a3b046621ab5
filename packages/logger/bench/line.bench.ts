/**
 * What does making a line cost, against pino alone, pino with `redact`, and pino-http?
 *
 * `node packages/logger/bench/line.bench.ts [rounds]`
 *
 * Every run is a fresh process that runs the built packages, and the order of the loggers turns round each round. The
 * cost is the CPU time of the main thread, the same lines ending in a stream that does nothing.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { machine, median, print } from './figures.ts';

const LINES = {
  clean: 'a request line of ten fields, nothing to censor',
  request: 'the same with a token in the URL and an API key',
  headers: 'a pino-http line with all headers, credentials among them',
} as const;
const LOGGERS = ['pino', 'pino, redact with 20 wildcards', 'pino-http', 'sightline'] as const;
type Line = keyof typeof LINES;
type LoggerName = (typeof LOGGERS)[number];

const child = fileURLToPath(new URL('line-case.ts', import.meta.url));

function run(logger: LoggerName, line: Line): number {
  const output = execFileSync(process.execPath, [child, logger, line], { encoding: 'utf8' });
  return (JSON.parse(output) as { medianNs: number }).medianNs;
}

const rounds = Number(process.argv[2] ?? 5);
print(`${machine()}, ${rounds} rounds\n`);
for (const line of Object.keys(LINES) as Line[]) {
  // Only a request can be given to pino-http.
  const loggers = LOGGERS.filter((logger) => logger !== 'pino-http' || line === 'headers');
  const results = new Map<LoggerName, number[]>(loggers.map((logger) => [logger, []]));
  for (let round = 0; round < rounds; round++) {
    for (const logger of round % 2 === 0 ? loggers : loggers.toReversed()) {
      results.get(logger)?.push(run(logger, line));
    }
  }
  const base = median(results.get('pino') ?? []);
  process.stdout.write(
    `${line}: ${LINES[line]}\n\n| logger | ns a line, median | of pino | rounds |\n|---|---|---|---|\n`,
  );
  for (const [logger, values] of results) {
    const middle = median(values);
    const raw = values.map((value) => value.toFixed(0)).join(' ');
    process.stdout.write(`| ${logger} | ${middle.toFixed(0)} | ${(middle / base).toFixed(2)} | ${raw} |\n`);
  }
  process.stdout.write('\n');
}
