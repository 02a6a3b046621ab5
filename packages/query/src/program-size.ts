/** A quoted text, an escape, a class of signs, a count, or any other sign. */
const part = /\\Q[^]*?(?:\\E|$)|\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]?|\{(\d+)(?:,(\d*))?\}|[^]/g;

/**
 * About how many instructions an expression of RE2 compiles to, found out without compiling it: `(?:a{1000}b)` is twelve signs
 * and a thousand instructions. More rather than less.
 */
export function programSize(pattern: string): number {
  /** Of each group that is open, what stands before it. */
  const outer: number[] = [];
  let total = 0;
  /** What a count behind it repeats. */
  let last = 0;
  for (const [text, least, most] of pattern.matchAll(part)) {
    if (text === '(') {
      outer.push(total);
      total = 0;
      last = 0;
    } else if (text === ')') {
      last = total + 2;
      total = (outer.pop() ?? 0) + last;
    } else if (least === undefined) {
      last = text.startsWith(String.raw`\Q`) ? text.length : 1;
      total += last;
    } else {
      const times = Math.max(1, Number(least), Number(most ?? 0));
      total += last * (times - 1);
      last *= times;
    }
  }
  return outer.reduce((sum, before) => sum + before, total);
}
