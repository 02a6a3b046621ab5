import { createLogger } from '@sightline/logger';
import { type LoggerOptions, pino } from 'pino';
import { type Day, createDay } from './day.ts';
import { leaksIn } from './planted.ts';
import type { ShopLogger } from './scenes.ts';

/** What became of the day in one logger's hands. */
export interface Result {
  readonly name: string;
  readonly lines: number;
  /** Log calls that threw into the shop. */
  readonly threw: number;
  readonly planted: number;
  readonly leaked: readonly string[];
  /** From the call to the finished line, in memory [µs]. */
  readonly microsecondsALine: number;
  /** The first line of each scene, by its title; undefined where the call threw. */
  readonly firstLines: ReadonlyMap<string, string | undefined>;
  readonly secrets: readonly string[];
}

/** Where lines go: into memory, so that only the logger is measured. */
interface Sink {
  write(line: string): void;
}
type MakeLogger = (day: Day, sink: Sink) => ShopLogger;

/** What people list once they have read about leaks: twenty paths. */
const USUAL_PATHS = [
  'password',
  '*.password',
  'req.body.password',
  'req.body.token',
  'req.headers.authorization',
  'req.headers.cookie',
  'res.headers["set-cookie"]',
  'headers.authorization',
  'headers.cookie',
  'token',
  '*.token',
  'accessToken',
  '*.accessToken',
  'apiKey',
  '*.apiKey',
  'secret',
  '*.secret',
  '*.cardNumber',
  'env.DB_PASSWORD',
  'err.config.headers.Authorization',
];

function plainPino(options: LoggerOptions, sink: Sink): ShopLogger {
  const log = pino({ ...options, base: { service: 'shop' } }, sink);
  return Object.assign(log, {
    audit: (action: string, record: object) => log.info({ audit: true, action, ...record }, action),
  });
}

/** Who logs the day. */
const contestants: readonly { readonly name: string; readonly make: MakeLogger }[] = [
  { name: 'plain pino', make: ({ timestamp }, sink) => plainPino({ timestamp }, sink) },
  {
    name: 'pino, 20 paths',
    make: ({ timestamp }, sink) => plainPino({ timestamp, redact: USUAL_PATHS }, sink),
  },
  {
    name: 'Sightline',
    make: ({ timestamp }, sink) => createLogger({ timestamp, service: 'shop' }, sink),
  },
];

/** Runs that are timed; the fastest counts, as the one that least else was going on beside. */
const TIMED_RUNS = 7;

/** Lets every logger write the whole day, in turns, so that none has the warmer machine. */
export function holdContest(): readonly Result[] {
  const entries = contestants.map(({ name, make }) => ({ name, make, runs: [] as Run[] }));
  for (let round = 0; round <= TIMED_RUNS; round += 1) {
    for (const { make, runs } of entries) {
      const run = playDay(make);
      // The first one is to warm up.
      if (round > 0) runs.push(run);
    }
  }
  return entries.map(({ name, runs }) => {
    const { day, lines, threw, tookMs, firstLines } = fastestOf(runs);
    const secrets = day.props.planted.all;
    return {
      name,
      lines: lines.length,
      threw,
      planted: secrets.length,
      leaked: leaksIn(lines.join(''), secrets),
      microsecondsALine: (tookMs * 1000) / lines.length,
      firstLines,
      secrets,
    };
  });
}

type Run = ReturnType<typeof playDay>;

function fastestOf(runs: readonly Run[]): Run {
  const run = runs.toSorted((one, other) => one.tookMs - other.tookMs).at(0);
  if (!run) throw new RangeError('there was no run');
  return run;
}

function playDay(make: MakeLogger) {
  const day = createDay();
  const lines: string[] = [];
  const log = make(day, { write: (line) => void lines.push(line) });
  const firstLines = new Map<string, string | undefined>();
  let threw = 0;
  const startedAtMs = performance.now();
  for (const hour of day.hours) {
    hour.play(log, ({ title }, run) => {
      const before = lines.length;
      try {
        run();
      } catch {
        threw += 1;
      }
      if (!firstLines.has(title)) firstLines.set(title, lines[before]);
    });
  }
  return { day, lines, threw, tookMs: performance.now() - startedAtMs, firstLines };
}
