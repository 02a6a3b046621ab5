import type { Counter } from '../counters.ts';
import type { FinderRule, TextRule } from '../rule.ts';

/** Characters on each side of an anchor that a caller's rule sees: what keeps the whole linear. */
const WINDOW = 256;

/**
 * Runs a caller's finder on a window around each anchor; whatever it throws or answers wrongly counts as nothing found, and
 * as a failure.
 */
export function compileFinderRule({ name, anchors, find }: FinderRule, failures: Counter): TextRule {
  return {
    name,
    anchors,
    find(text, from, to) {
      const windowFrom = Math.max(0, from - WINDOW);
      const window = text.slice(windowFrom, to + WINDOW);
      try {
        const span = find(window, from - windowFrom);
        if (span === undefined) return from + 1;
        if (isInside(span, window)) return { from: windowFrom + span.from, to: windowFrom + span.to };
      } catch {
        // Counted, as is a span that is none.
      }
      failures.add();
      return from + 1;
    },
  };
}

function isInside({ from, to }: { from: number; to: number }, window: string): boolean {
  return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to > from && to <= window.length;
}
