import type { Answer } from './answers.ts';

/** Answers of a Loki, each label and line once, so that the file of them stays small. */
export interface PackedAnswers {
  /** Which Loki gave them. */
  readonly loki: string;
  readonly labels: readonly string[];
  readonly lines: readonly string[];
  /** By the way it was asked and the query: `instant rate(…)`. */
  readonly answers: Readonly<Record<string, PackedAnswer>>;
}

type PackedAnswer =
  | { readonly error: string }
  | {
      readonly streams: readonly (readonly [
        labels: readonly number[],
        lines: readonly (readonly [ns: string, line: number])[],
      ])[];
    }
  | {
      readonly type: 'vector' | 'matrix' | 'scalar';
      readonly series: readonly (readonly [
        labels: readonly number[],
        values: readonly (readonly [ms: number, value: string])[],
      ])[];
    };

type Pairs = readonly (readonly [name: string, value: string])[];

/** Gives each text a number. */
function createTable(): { readonly texts: string[]; numberOf(text: string): number } {
  const texts: string[] = [];
  const numbers = new Map<string, number>();
  return {
    texts,
    numberOf(text) {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      numbers.set(text, texts.length);
      texts.push(text);
      return texts.length - 1;
    },
  };
}

export function packAnswers(loki: string, answers: ReadonlyMap<string, Answer>): PackedAnswers {
  const labels = createTable();
  const lines = createTable();
  const packLabels = (text: string): readonly number[] =>
    text === '' ? [] : (JSON.parse(text) as Pairs).map((pair) => labels.numberOf(JSON.stringify(pair)));
  const packed = [...answers].map(([key, answer]): [string, PackedAnswer] => {
    if ('error' in answer) return [key, answer];
    if (answer.type !== 'streams') {
      return [
        key,
        { type: answer.type, series: answer.series.map(([text, values]) => [packLabels(text), values]) },
      ];
    }
    const streams = answer.streams.map(
      ([text, entries]) =>
        [packLabels(text), entries.map(([ns, line]) => [ns, lines.numberOf(line)] as const)] as const,
    );
    return [key, { streams }];
  });
  return { loki, labels: labels.texts, lines: lines.texts, answers: Object.fromEntries(packed) };
}

export function unpackAnswer({ labels, lines }: PackedAnswers, packed: PackedAnswer): Answer {
  if ('error' in packed) return packed;
  const unpackLabels = (numbers: readonly number[]): string =>
    `[${numbers.map((number) => labels[number] ?? '').join(',')}]`;
  if ('streams' in packed) {
    const streams = packed.streams.map(
      ([numbers, entries]) =>
        [unpackLabels(numbers), entries.map(([ns, line]) => [ns, lines[line] ?? ''] as const)] as const,
    );
    return { type: 'streams', streams };
  }
  const series = packed.series.map(
    ([numbers, values]) => [packed.type === 'scalar' ? '' : unpackLabels(numbers), values] as const,
  );
  return { type: packed.type, series };
}

/** One line for what all answers share, then one for each answer. */
export function writeAnswers({ answers, ...shared }: PackedAnswers): string {
  const rows = [shared, ...Object.entries(answers)];
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

export function readAnswers(text: string): PackedAnswers {
  const [shared = '{}', ...rows] = text.trimEnd().split('\n');
  const answers = Object.fromEntries(rows.map((row) => JSON.parse(row) as [string, PackedAnswer]));
  return { ...(JSON.parse(shared) as Omit<PackedAnswers, 'answers'>), answers };
}
