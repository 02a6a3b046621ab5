/** Lines in which the logger itself says what it has censored, for those who have its lines and nothing else of it. */
export interface RedactionReport {
  /** To be called with the time of each line [ms since 1970]; mostly one comparison. */
  look(nowMs: number): void;
  /** Somebody has read the counts, and has them in numbers of their own. */
  read(nowMs: number): void;
}

/** How often there may be a line [ms]. */
const EVERY_MS = 60_000;
/** How long it counts that somebody has read the counts [ms]: as long as a scrape may be late. */
const READ_MS = 300_000;

type Counts = Readonly<Record<string, number>>;

/**
 * Once a minute what was censored since the line before, when anything was. There is no line while somebody reads the counts,
 * as whatever serves metrics does, and none without others: no timer runs for it.
 *
 * @param counts what was censored since the start, by rule
 * @param write writes a line; `redacted_values` is how many values, `redacted_rules` how many by each rule
 */
export function createRedactionReport(
  counts: () => Counts,
  write: (fields: object, message: string) => void,
): RedactionReport {
  let told: Counts = {};
  let lookedMs = Number.NaN;
  let readMs = -Infinity;

  function tell(nowMs: number): void {
    const now = counts();
    const rules = Object.entries(now)
      .map(([rule, count]) => ({ rule, values: count - (told[rule] ?? 0) }))
      .filter(({ values }) => values > 0);
    told = now;
    if (rules.length === 0 || nowMs - readMs < READ_MS) return;
    const total = rules.reduce((sum, { values }) => sum + values, 0);
    const message = `${total === 1 ? 'one value was' : `${total} values were`} censored since the last line of this kind`;
    write({ redacted_values: total, redacted_rules: rules }, message);
  }

  return {
    look(nowMs) {
      const sinceMs = nowMs - lookedMs;
      // Also when the clock was set back.
      if (sinceMs >= 0 && sinceMs < EVERY_MS) return;
      lookedMs = nowMs;
      if (!Number.isNaN(sinceMs)) tell(nowMs);
    },
    read(nowMs) {
      readMs = nowMs;
    },
  };
}
