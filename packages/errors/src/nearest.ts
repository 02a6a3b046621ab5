/** How many single-letter edits (insert, delete, replace, swap of neighbours) turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let edits = Math.min(last[column]! + 1, current[column - 1]! + 1, last[column - 1]! + (same ? 0 : 1));
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        edits = Math.min(edits, beforeLast[column - 2]! + 1);
      }
      current.push(edits);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length]!;
}

/** `timeoutMs`, `timeout_ms` and `timeout` are the same word for whoever mistypes one of them. */
function sameWord(name: string): string {
  return name
    .replace(/(?:[_-]?(?:ms|millis|seconds|sec|bytes|ratio))$/i, '')
    .replaceAll(/[_-]/g, '')
    .toLowerCase();
}

/**
 * The known name that was most likely meant, if one is close enough.
 *
 * @param written what was written; past 64 characters nothing is near
 * @param known the names to choose from
 */
export function nearest(written: string, known: readonly string[]): string | undefined {
  if (written.length > 64) return undefined;
  const word = sameWord(written);
  const twin = known.find((name) => sameWord(name) === word);
  if (twin !== undefined) return twin;
  // One edit in three letters: `levl` finds `level`, `host` does not find `port`.
  const limit = Math.floor(Math.max(word.length, 3) / 3);
  const ranked = known
    .map((name) => ({ name, edits: editDistance(word, sameWord(name)) }))
    .filter(({ edits }) => edits <= limit)
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.name;
}
