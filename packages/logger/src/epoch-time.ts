/**
 * pino's `epochTime`, put together once a millisecond: to turn a number of thirteen digits into text costs more than half of
 * what the rest of a line does.
 *
 * @param onTime told of each time, once [ms since 1970]
 */
export function createEpochTime(onTime?: (nowMs: number) => void): () => string {
  let lastMs = Number.NaN;
  let text = '';
  return function epochTime() {
    const nowMs = Date.now();
    if (nowMs !== lastMs) {
      lastMs = nowMs;
      text = `,"time":${nowMs}`;
      onTime?.(nowMs);
    }
    return text;
  };
}
