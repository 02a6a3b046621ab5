import { durationMs } from '../../src/promql/syntax/duration.ts';

/** What a query of a script has to lead to. */
export interface Expectation {
  readonly kind: 'fail' | 'ordered' | 'warn' | 'no_warn' | 'info' | 'no_info';
  /** What the message has to be; without either, any is right. */
  readonly message?: string;
  readonly pattern?: RegExp;
}

export interface Load {
  readonly kind: 'load';
  readonly line: number;
  readonly stepMs: number;
  /** Classic histograms are also loaded as native ones with custom bounds. */
  readonly withCustomBounds: boolean;
  readonly series: readonly string[];
}

export interface Evaluation {
  readonly kind: 'eval';
  readonly line: number;
  readonly query: string;
  /** Both the same of an instant query. */
  readonly startMs: number;
  readonly endMs: number;
  /** 0 of an instant query. */
  readonly stepMs: number;
  readonly expectations: readonly Expectation[];
  /** Series with values, or a single number. */
  readonly results: readonly string[];
  readonly text: string | undefined;
  /** When the samples of a range vector lie. */
  readonly rangeVector: { readonly startMs: number; readonly stepMs: number } | undefined;
}

export type Command = Load | Evaluation | { readonly kind: 'clear'; readonly line: number };

const instant = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/;
const range = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;
const expectation = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/;
const rangeVector = /^expect range vector\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)$/;

function ms(text: string): number {
  const value = durationMs(text.replace(/^-/, ''));
  if (value === undefined) throw new Error(`"${text}" is no duration`);
  return text.startsWith('-') ? -value : value;
}

/**
 * Reads a script of Prometheus's test language: `load`, `clear` and `eval`.
 *
 * Source: https://github.com/prometheus/prometheus/blob/main/promql/promqltest/README.md
 */
export function readScript(text: string): readonly Command[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const commands: Command[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line === '') continue;
    const body: string[] = [];
    const start = at;
    if (line.toLowerCase() !== 'clear') {
      while ((lines[at + 1] ?? '') !== '') {
        at += 1;
        body.push(lines[at] ?? '');
      }
    }
    commands.push(readCommand(line, body, start + 1));
  }
  return commands;
}

function readCommand(line: string, body: readonly string[], at: number): Command {
  if (line.toLowerCase() === 'clear') return { kind: 'clear', line: at };
  const load = /^load(_with_nhcb)?\s+(\S+)$/.exec(line);
  if (load !== null) {
    return {
      kind: 'load',
      line: at,
      stepMs: ms(load[2] ?? ''),
      withCustomBounds: load[1] !== undefined,
      series: body,
    };
  }
  const ofRange = range.exec(line);
  if (ofRange !== null) {
    const [, mode, from = '', to = '', step = '', query = ''] = ofRange;
    return evaluation(at, query, { startMs: ms(from), endMs: ms(to), stepMs: ms(step) }, mode, body);
  }
  const [, mode, when = '0', query] = instant.exec(line) ?? [];
  if (query === undefined) throw new Error(`line ${at}: "${line}" is no command`);
  return evaluation(at, query, { startMs: ms(when), endMs: ms(when), stepMs: 0 }, mode, body);
}

function evaluation(
  line: number,
  query: string,
  times: Pick<Evaluation, 'startMs' | 'endMs' | 'stepMs'>,
  mode: string | undefined,
  body: readonly string[],
): Evaluation {
  const expectations: Expectation[] = mode === undefined ? [] : [{ kind: mode as Expectation['kind'] }];
  const results: string[] = [];
  let text: string | undefined;
  let samples: Evaluation['rangeVector'];
  for (const part of body) {
    const ofRange = rangeVector.exec(part);
    const [, kind, how, what = ''] = expectation.exec(part) ?? [];
    const old = /^expected_fail_(message|regexp)\s+(.+)$/.exec(part);
    if (ofRange !== null) samples = { startMs: ms(ofRange[1] ?? ''), stepMs: ms(ofRange[3] ?? '') };
    else if (part.startsWith('expect string'))
      text = JSON.parse(
        part.slice(14).replace(/^`(.*)`$/s, (_, inner: string) => JSON.stringify(inner)),
      ) as string;
    else if (kind !== undefined) {
      const message = what.trim();
      const told = how === 'msg' ? { message } : how === 'regex' ? { pattern: new RegExp(message) } : {};
      expectations.push({ kind: kind as Expectation['kind'], ...told });
    } else if (old !== null) {
      expectations.push({
        kind: 'fail',
        ...(old[1] === 'message' ? { message: old[2] ?? '' } : { pattern: new RegExp(old[2] ?? '') }),
      });
    } else results.push(part);
  }
  return { kind: 'eval', line, query, ...times, expectations, results, text, rangeVector: samples };
}
