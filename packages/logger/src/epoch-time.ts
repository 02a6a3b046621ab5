/**
 * pino's `epochTime`, put together once a millisecond: to turn a number of thirteen digits into text costs more than half of
 * what the rest of a line does.
 */
export function createEpochTime(): () => string {
  let lastMs = Number.NaN;
  let text = '';
  return function epochTime() {
    const nowMs = Date.now();
    if (nowMs !== lastMs) {
      lastMs = nowMs;
      text = `,"time":${nowMs}`;
    }
    return text;
  };
}
