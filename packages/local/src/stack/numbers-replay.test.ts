import { describe, expect, it } from 'vitest';
import { createNumbersReplay } from './numbers-replay.ts';

/** At which seconds it writes while entries come at these. */
async function written(entrySeconds: readonly number[], series = 1, intervalMs = 5000): Promise<number[]> {
  const times: number[] = [];
  const replay = createNumbersReplay({
    writeAt(timeMs) {
      times.push(timeMs / 1000);
      return Promise.resolve(series);
    },
    intervalMs,
  });
  // oxlint-disable-next-line no-await-in-loop -- one after the other
  for (const seconds of entrySeconds) await replay.until(seconds * 1000);
  return times;
}

describe('createNumbersReplay', () => {
  it('writes every 15 s between the entries, and as often as it is told where that is less', async () => {
    expect(await written([0, 20, 21, 50])).toEqual([15, 30, 45]);
    expect(await written([0, 20, 130], 1, 60_000)).toEqual([60, 120]);
  });

  it('writes nothing before the first entry, and no more 5 minutes after one, when the process may have ended', async () => {
    expect(await written([])).toEqual([]);
    const times = await written([10, 1000, 1020]);
    expect([times[0], times.findLast((seconds) => seconds < 1000)]).toEqual([25, 310]);
    expect(times.filter((seconds) => seconds >= 1000)).toEqual([1015]);
  });

  it('writes many series less often, and often enough for them to have a value', async () => {
    const every = Array.from({ length: 101 }, (_, at) => at * 10);
    expect(await written(every, 6000)).toEqual(Array.from({ length: 33 }, (_, at) => 15 + at * 30));
    expect(await written(every, 1e9)).toEqual([15, 255, 495, 735, 975]);
  });
});
