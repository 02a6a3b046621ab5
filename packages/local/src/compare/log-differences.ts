import { type LogqlEngine, type PatternLines, findSharedLogPatterns } from '@sightline/query/logql';
import { type RunWindow, type Window, secondsOf } from './run-window.ts';
import { MIN_COUNT, MIN_Z } from './two-shares.ts';

/** Lines that both runs have, or that came or went. */
interface PatternDifference {
  readonly pattern: string;
  readonly level: string;
  readonly beforeLines: number;
  readonly afterLines: number;
  readonly state: 'in both' | 'new' | 'gone';
  /** Whether there are more or fewer of them for the time than chance would have it. */
  readonly isSignificant: boolean;
}

/** An error by its fingerprint, which is the same for each of its occurrences. */
interface ErrorDifference {
  readonly fingerprint: string;
  readonly type: string;
  readonly message: string;
  readonly beforeLines: number;
  readonly afterLines: number;
  readonly state: 'in both' | 'new' | 'gone';
  readonly isSignificant: boolean;
}

export interface LogDifferences {
  /** As `RunSeries.foundBy`: by the run's own id, or else all lines of the service in that time. */
  readonly foundBy: { readonly before: 'instance' | 'time'; readonly after: 'instance' | 'time' };
  /** New and gone ones and those whose number changed, warnings and errors first. */
  readonly patterns: readonly PatternDifference[];
  readonly errors: readonly ErrorDifference[];
}

const MAX_LINES = 20_000;
const MAX_PATTERNS = 100;
const MAX_ERRORS = 100;
const severities: readonly string[] = ['fatal', 'critical', 'error', 'warn'];

interface RunLines extends PatternLines {
  readonly foundBy: 'instance' | 'time';
  readonly seconds: number;
}

export async function compareLogs(
  engine: LogqlEngine,
  before: RunWindow,
  after: RunWindow,
  signal: AbortSignal,
): Promise<LogDifferences> {
  const one = await linesOf(engine, before, signal);
  const other = await linesOf(engine, after, signal);
  const patterns = await findSharedLogPatterns(engine, [one, other], { lineLimit: MAX_LINES, signal });
  return {
    foundBy: { before: one.foundBy, after: other.foundBy },
    patterns: patterns
      .map(({ pattern, level, counts: [beforeLines = 0, afterLines = 0] }) =>
        Object.assign(judged(beforeLines, afterLines, one.seconds, other.seconds), { pattern, level }),
      )
      .filter(({ state, isSignificant }) => state !== 'in both' || isSignificant)
      .toSorted(
        (left, right) => severityOf(left.level) - severityOf(right.level) || linesIn(right) - linesIn(left),
      )
      .slice(0, MAX_PATTERNS),
    errors: await compareErrors(engine, one, other, signal),
  };
}

async function linesOf(engine: LogqlEngine, window: RunWindow, signal: AbortSignal): Promise<RunLines> {
  const { run, alone, shared } = window;
  const seconds = secondsOf(window);
  const service = `{service_name=${JSON.stringify(run.service)}}`;
  const own = `${service} | service_instance_id=${JSON.stringify(run.instance)}`;
  const found = await engine.range(own, { ...rangeOf(shared), limit: 1, signal });
  return found.type === 'streams' && found.streams.length > 0 && run.instance !== ''
    ? { ...rangeOf(shared), seconds, query: own, foundBy: 'instance' }
    : { ...rangeOf(alone), seconds, query: service, foundBy: 'time' };
}

function rangeOf({ startMs, endMs }: Window): { readonly startNs: bigint; readonly endNs: bigint } {
  return {
    startNs: BigInt(Math.floor(startMs)) * 1_000_000n,
    endNs: BigInt(Math.ceil(endMs) + 1) * 1_000_000n,
  };
}

/**
 * Lines come by themselves: of all lines of both, after has as large a share as it has of the time, if nothing changed.
 *
 * Formula: z = (n₂ − n q) ÷ √(n q (1 − q)), q = t₂ ÷ (t₁ + t₂)
 */
function judged(
  beforeLines: number,
  afterLines: number,
  beforeSeconds: number,
  afterSeconds: number,
): Pick<PatternDifference, 'beforeLines' | 'afterLines' | 'state' | 'isSignificant'> {
  const lines = beforeLines + afterLines;
  const share = afterSeconds / (beforeSeconds + afterSeconds);
  const z = (afterLines - lines * share) / Math.sqrt(lines * share * (1 - share));
  return {
    beforeLines,
    afterLines,
    state: beforeLines === 0 ? 'new' : afterLines === 0 ? 'gone' : 'in both',
    isSignificant: lines >= MIN_COUNT && Math.abs(z) >= MIN_Z,
  };
}

function severityOf(level: string): number {
  const place = severities.indexOf(level);
  return place === -1 ? severities.length : place;
}

function linesIn({ beforeLines, afterLines }: Pick<PatternDifference, 'beforeLines' | 'afterLines'>): number {
  return beforeLines + afterLines;
}

interface FoundError {
  readonly type: string;
  readonly message: string;
  lines: number;
}

async function compareErrors(
  engine: LogqlEngine,
  before: RunLines,
  after: RunLines,
  signal: AbortSignal,
): Promise<readonly ErrorDifference[]> {
  const [one, other] = [await errorsOf(engine, before, signal), await errorsOf(engine, after, signal)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .map((fingerprint): ErrorDifference => {
      const { type = '', message = '' } = other.get(fingerprint) ?? one.get(fingerprint) ?? {};
      const [beforeLines, afterLines] = [
        one.get(fingerprint)?.lines ?? 0,
        other.get(fingerprint)?.lines ?? 0,
      ];
      const difference = judged(beforeLines, afterLines, before.seconds, after.seconds);
      return Object.assign(difference, { fingerprint, type, message });
    })
    .toSorted(
      (left, right) => stateRank(left.state) - stateRank(right.state) || linesIn(right) - linesIn(left),
    )
    .slice(0, MAX_ERRORS);
}

/** What is new comes first. */
function stateRank(state: ErrorDifference['state']): number {
  return ['new', 'in both', 'gone'].indexOf(state);
}

/** Errors by their fingerprints: in the metadata of what came by OTLP, in the line of what was pushed. */
async function errorsOf(
  engine: LogqlEngine,
  { query, startNs, endNs }: RunLines,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FoundError>> {
  const found = new Map<string, FoundError>();
  const result = await engine.range(`${query} | json | err_fingerprint!=""`, {
    startNs,
    endNs,
    limit: MAX_LINES,
    categorizeLabels: true,
    signal,
  });
  if (result.type !== 'streams') return found;
  for (const { metadata = {}, parsed = {} } of result.streams.flatMap(({ entries }) => entries)) {
    const field = (name: string): string => metadata[name] ?? parsed[name] ?? '';
    const fingerprint = field('err_fingerprint');
    const known = found.get(fingerprint) ?? {
      type: field('err_type'),
      message: field('err_message'),
      lines: 0,
    };
    known.lines += 1;
    found.set(fingerprint, known);
  }
  return found;
}
