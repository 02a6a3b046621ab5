/** Lines around a difference that are shown where nothing else is asked for. */
const CONTEXT_LINES = 3;
/** Cells of the table of common lines; beyond, what differs counts as replaced altogether. */
const MOST_CELLS = 4_000_000;

interface DiffLine {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/**
 * What to do to one text to get the other, as `diff -u` writes it, without the lines that name the files.
 *
 * @param contextLines how many lines around a difference are shown
 * @returns the lines, each with its sign; none when both are the same
 */
export function textDiff(before: string, after: string, contextLines = CONTEXT_LINES): readonly string[] {
  const lines = diffLines(before.split('\n'), after.split('\n'));
  const shown = lines.map(() => false);
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    shown.fill(true, Math.max(0, index - contextLines), index + contextLines + 1);
  }
  const out: string[] = [];
  let [beforeLine, afterLine] = [1, 1];
  for (const [index, { sign, text }] of lines.entries()) {
    if (shown[index] && !shown[index - 1]) out.push(`@@ -${beforeLine} +${afterLine} @@`);
    if (shown[index]) out.push(`${sign}${text}`);
    if (sign !== '+') beforeLine += 1;
    if (sign !== '-') afterLine += 1;
  }
  return out;
}

const same = (text: string): DiffLine => ({ sign: ' ', text });
const removed = (text: string): DiffLine => ({ sign: '-', text });
const added = (text: string): DiffLine => ({ sign: '+', text });

function diffLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (
    end < before.length - start &&
    end < after.length - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...before.slice(0, start).map(same),
    ...changedLines(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(same),
  ];
}

/** By the longest common subsequence of lines. */
function changedLines(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  const width = after.length + 1;
  if ((before.length + 1) * width > MOST_CELLS) return [...before.map(removed), ...after.map(added)];
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j]!;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [left, right] = [before[i], after[j]];
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(left));
      i += 1;
    } else {
      lines.push(added(right!));
      j += 1;
    }
  }
  return lines;
}
