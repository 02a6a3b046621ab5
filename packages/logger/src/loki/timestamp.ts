/** A time finer than a double can hold: whole milliseconds since 1970 and the nanoseconds within. */
export interface Timestamp {
  readonly ms: number;
  /** 0 to 999,999. */
  readonly ns: number;
}

/** Loki refuses entries that are more than 10 minutes ahead (`creation_grace_period`). */
const MAX_AHEAD_MS = 9 * 60_000;

/**
 * The time of a line, as pino or a custom `timestamp` function writes it.
 *
 * @param value seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by size, as a number or as
 *   digits in a string; or an ISO date with up to nine digits after the second
 * @returns undefined for anything else
 * @example readTimestamp('1763672452123456789') // { ms: 1763672452123, ns: 456789 }
 */
export function readTimestamp(value: unknown): Timestamp | undefined {
  if (typeof value === 'number') {
    // The usual case first: milliseconds, 1973 to 5138.
    if (value >= 1e11 && value < 1e14) return fromMs(value);
    if (!(value > 0)) return undefined;
    if (value < 1e11) return fromMs(value * 1e3);
    return value < 1e20 ? readTimestamp(String(Math.floor(value))) : undefined;
  }
  if (typeof value !== 'string') return undefined;
  if (/^\d+$/.test(value)) {
    if (value.length <= 13 || value.length > 19) return readTimestamp(Number(value));
    return { ms: Number(value.slice(0, 13)), ns: Number(value.slice(13).padEnd(6, '0')) };
  }
  const ms = Date.parse(value);
  if (!(ms > 0)) return undefined;
  const fraction = /\.\d{3}(\d{1,6})/.exec(value)?.[1] ?? '';
  return { ms: Math.floor(ms), ns: Number(fraction.padEnd(6, '0')) };
}

function fromMs(value: number): Timestamp {
  const ms = Math.floor(value);
  return { ms, ns: Math.min(999_999, Math.round((value - ms) * 1e6)) };
}

/**
 * Gives the entries of one stream times that never stand still: Loki drops an entry whose time and text equal
 * another's in its stream, and shows equal times in any order. Lines of one millisecond are a nanosecond apart.
 *
 * A time further ahead than Loki takes counts as now; and when the clock was set back by more than that, the
 * sequence follows it back, because holding on would date every line wrongly until the clock catches up.
 */
export function createSequence(): (wanted: Timestamp | undefined, nowMs: number) => string {
  let lastMs = 0;
  let lastNs = -1;
  return function stamp(wanted, nowMs) {
    const horizonMs = nowMs + MAX_AHEAD_MS;
    const usable = wanted !== undefined && wanted.ms <= horizonMs;
    let ms = usable ? wanted.ms : Math.floor(nowMs);
    let ns = usable ? wanted.ns : 0;
    const behind = ms < lastMs || (ms === lastMs && ns <= lastNs);
    if (behind && lastMs <= horizonMs) {
      ms = lastMs;
      ns = lastNs + 1;
      if (ns === 1_000_000) {
        ms += 1;
        ns = 0;
      }
    }
    lastMs = ms;
    lastNs = ns;
    return `${ms}${String(ns).padStart(6, '0')}`;
  };
}
