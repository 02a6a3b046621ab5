import { QueryError } from '../../query-error.ts';
import { trimSigns } from '../../trim-signs.ts';
import type { LabelExtraction } from '../syntax/ast.ts';
import { labelName } from './label-name.ts';
import type { LineLabels } from './line-labels.ts';
import { LogfmtDecoder } from './logfmt-decoder.ts';
import { parserErrors } from './parse-errors.ts';
import { duplicateSuffix } from './parser-hints.ts';
import { inStageError } from './stage-error.ts';
import type { RunnableStage } from './stage.ts';

/** `| logfmt a="b"`: the values of the keys alone, and "" where the line has none. */
export function logfmtExpressionStage(
  extractions: readonly LabelExtraction[],
  strict: boolean,
): RunnableStage {
  const keys = new Map(
    extractions.map(({ name, expression }): [string, string] => [
      name,
      inStageError(() => parseKeys(expression), `cannot parse expression [${expression}]: `),
    ]),
  );
  const names = new Map<string, string>();
  // Where several want one key, the first of them takes it.
  for (const [name, wanted] of keys) if (!names.has(wanted)) names.set(wanted, name);
  const decoder = new LogfmtDecoder();
  return {
    required: [],
    step(line, labels) {
      if (labels.hints.wantsNothing()) return line;
      for (const name of keys.keys()) if (!labels.isTaken(name)) labels.set(name, '');
      decoder.start(line);
      readLine(decoder, { keys, names }, strict, labels);
      if (strict && decoder.problem !== undefined) labels.fail(parserErrors.logfmt, decoder.problem);
      return line;
    },
  };
}

interface Wanted {
  /** By the name of a label, the key whose value it takes. */
  readonly keys: ReadonlyMap<string, string>;
  /** By a key, the label that takes its value. */
  readonly names: ReadonlyMap<string, string>;
}

function readLine(
  decoder: LogfmtDecoder,
  { keys, names }: Wanted,
  strict: boolean,
  labels: LineLabels,
): void {
  while (!decoder.isAtEnd()) {
    if (!decoder.next()) {
      if (strict) return;
      continue;
    }
    const key = labelName(decoder.key);
    const known = keys.has(key);
    if (key === '' || (!known && (!labels.hints.wants(key) || labels.hints.isExtracted(key)))) continue;
    const name = names.get(key) ?? (known ? key : undefined);
    if (name === undefined) continue;
    const value = decoder.value.includes('\ufffd') ? '' : decoder.value;
    if (!labels.isTaken(name)) {
      labels.set(name, value);
    } else {
      const free = name + duplicateSuffix;
      if (labels.hints.isExtracted(free) || !labels.hints.wants(free)) return;
      labels.set(free, value);
    }
    if (labels.hints.hasAll()) return;
  }
}

const part = /[ \t\n]*(?:([a-zA-Z_][a-zA-Z0-9_]*)|"([^"\]]*)["\]]?)/y;

/** A key, bare or in quotes, and more in quotes behind it: the texts with a space between. */
function parseKeys(expression: string): string {
  const text = trimSigns(expression, /[ \t\n]/, 'last');
  const parts: string[] = [];
  part.lastIndex = 0;
  while (part.lastIndex < text.length) {
    const from = part.lastIndex;
    const [whole, bare, quoted] = part.exec(text) ?? [];
    if (whole === undefined) {
      if (parts.length === 0) break;
      const rest = text.slice(from).trimStart();
      throw new QueryError('bad_data', `unexpected char ${String.fromCodePoint(rest.codePointAt(0)!)}`);
    }
    if (bare !== undefined && parts.length > 0)
      throw new QueryError('bad_data', 'syntax error: unexpected KEY');
    parts.push((bare ?? quoted)!);
  }
  if (parts.length === 0)
    throw new QueryError('bad_data', 'syntax error: unexpected $end, expecting STRING or KEY');
  return parts.join(' ');
}
