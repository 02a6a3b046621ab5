import { type LogLine, compareTimes } from '../../api/loki.ts';

export interface AroundLine {
  readonly line: LogLine;
  readonly isTarget: boolean;
}

/** Whether two answers speak of the same line. */
export function isSameLine(one: LogLine, other: LogLine): boolean {
  return one.timeNs === other.timeNs && one.line === other.line && sameLabels(one.labels, other.labels);
}

function sameLabels(one: LogLine['labels'], other: LogLine['labels']): boolean {
  // A query may have extracted more in one of them; ids are in both.
  return Object.entries(one).every(([name, value]) => other[name] === undefined || other[name] === value);
}

/**
 * A line with those before and after it, the oldest first, each once.
 *
 * @param before the newest first, as asked backward from the line
 * @param after the oldest first
 * @param count most lines on each side
 */
export function linesAround(
  target: LogLine,
  before: readonly LogLine[],
  after: readonly LogLine[],
  count: number,
): readonly AroundLine[] {
  const all: LogLine[] = [];
  for (const line of [...before.toReversed(), ...after]) {
    const seen = all.slice(-60).some((each) => each.timeNs === line.timeNs && isSameLine(each, line));
    if (!seen) all.push(line);
  }
  all.sort((one, other) => compareTimes(one.timeNs, other.timeNs));
  const at = all.findIndex((line) => isSameLine(line, target));
  if (at < 0) return all.map((line) => ({ line, isTarget: false }));
  return all
    .slice(Math.max(0, at - count), at + count + 1)
    .map((line) => ({ line, isTarget: isSameLine(line, target) }));
}

const textOf = ({ timeNs, line }: LogLine): string => `${timeNs} ${line}`;

/** Newer and older pages as one list, the newest first, without what both have. */
export function joinPages(newer: readonly LogLine[], older: readonly LogLine[]): readonly LogLine[] {
  const edge = newer.at(-1)?.timeNs;
  if (edge === undefined) return older;
  const ms = edge.slice(0, -6);
  // By their texts, for there may be thousands of them.
  const atEdge = Map.groupBy(
    newer.filter(({ timeNs }) => timeNs.slice(0, -6) === ms),
    textOf,
  );
  return [
    ...newer,
    ...older.filter(
      (line) =>
        compareTimes(line.timeNs, edge) <= 0 &&
        atEdge.get(textOf(line))?.some((each) => isSameLine(each, line)) !== true,
    ),
  ];
}
