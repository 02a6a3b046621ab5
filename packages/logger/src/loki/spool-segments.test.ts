import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LokiEntry } from './entry.ts';
import { encodeRecords } from './spool-record.ts';
import type { SpoolSegment } from './spool-orphans.ts';
import { createSpoolSegments } from './spool-segments.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sightline-spool-segments-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const LINE_BYTES = 10;

/** Lines of 10 bytes each. */
function lines(count: number): LokiEntry[] {
  return Array.from({ length: count }, () => ({
    labelsJson: '{}',
    valueJson: '["1","ab"]',
    bytes: LINE_BYTES,
  }));
}

function segmentOf(number: number, count: number): SpoolSegment {
  const path = join(directory, `${number}.seg`);
  const records = encodeRecords(lines(count));
  writeFileSync(path, records);
  return { number, path, size: records.length, lines: count, next: 0 };
}

const noDamage = (): never => {
  throw new Error('there is no damage');
};

describe('createSpoolSegments', () => {
  it.each([
    { maxBytes: 3 * LINE_BYTES - 1, maxLines: 99, taken: 2 },
    { maxBytes: 3 * LINE_BYTES, maxLines: 99, taken: 3 },
    { maxBytes: 999, maxLines: 4, taken: 4 },
    { maxBytes: 999, maxLines: 99, taken: 5 },
    // It would never leave otherwise.
    { maxBytes: LINE_BYTES - 1, maxLines: 99, taken: 1 },
  ])('gives $taken lines where $maxBytes bytes and $maxLines lines are asked for', (each) => {
    const segments = createSpoolSegments();
    segments.add(segmentOf(1, 2));
    segments.add(segmentOf(2, 3));
    const lineBytes = segments.bytes / 5;
    expect(segments.take(each.maxBytes, each.maxLines, noDamage)).toHaveLength(each.taken);
    expect([segments.lines, segments.bytes]).toEqual([5 - each.taken, (5 - each.taken) * lineBytes]);
  });

  it('says of each line where it ends, so that what is settled can be told from what is not', () => {
    const segments = createSpoolSegments();
    const [first, second] = [segmentOf(1, 2), segmentOf(2, 2)];
    segments.add(first);
    segments.add(second);
    const places = segments.take(999, 99, noDamage).map(({ place }) => place ?? { segment: 0, end: 0 });
    expect(places).toEqual([
      { segment: 1, end: first.size / 2 },
      { segment: 1, end: first.size },
      { segment: 2, end: second.size / 2 },
      { segment: 2, end: second.size },
    ]);
    const settled = (isWritten: boolean) =>
      places.map((place) => segments.settledTo(place, () => isWritten).map(({ number }) => number));
    expect(settled(false)).toEqual([[], [1], [1], [1, 2]]);
    expect(settled(true)).toEqual([[], [], [1], [1]]);
  });

  it('is not settled where lines of it are not taken yet', () => {
    const segments = createSpoolSegments();
    const segment = segmentOf(1, 2);
    segments.add(segment);
    segments.take(LINE_BYTES, 1, noDamage);
    expect(segments.settledTo({ segment: 1, end: segment.size }, () => false)).toEqual([]);
  });

  it('knows its room on disk and its lines when segments grow and go', () => {
    const segments = createSpoolSegments();
    const [first, second] = [segmentOf(1, 2), segmentOf(2, 3)];
    const lineBytes = first.size / 2;
    segments.add(first);
    segments.add(second);
    segments.grow(second, lineBytes, 1);
    expect([segments.diskBytes, segments.lines, segments.first, segments.last]).toEqual([
      6 * lineBytes,
      6,
      first,
      second,
    ]);
    segments.take(LINE_BYTES, 1, noDamage);
    segments.remove(first);
    expect([segments.diskBytes, segments.lines, segments.first]).toEqual([4 * lineBytes, 4, second]);
    expect([existsSync(first.path), existsSync(second.path)]).toEqual([false, true]);
    segments.forget();
    expect([segments.diskBytes, segments.lines, segments.bytes, segments.first]).toEqual([
      0,
      0,
      0,
      undefined,
    ]);
    expect(existsSync(second.path)).toBe(true);
  });

  it('goes on behind a segment that cannot be read to its end, once that is told', () => {
    const segments = createSpoolSegments();
    const [first, second] = [segmentOf(1, 3), segmentOf(2, 1)];
    segments.add({ ...first, lines: 4 });
    segments.add(second);
    const lost: number[] = [];
    const taken = segments.take(999, 99, (lose) => lost.push(lose()) > 0);
    expect([taken.length, lost, segments.lines, segments.bytes]).toEqual([4, [1], 0, 0]);
  });

  it('ends where it is told that all of it is gone', () => {
    const segments = createSpoolSegments();
    segments.add({ ...segmentOf(1, 3), path: join(directory, 'gone.seg') });
    segments.add(segmentOf(2, 1));
    const errors: unknown[] = [];
    const taken = segments.take(999, 99, (_lose, error) => {
      errors.push(error);
      return false;
    });
    expect(taken).toEqual([]);
    expect(errors).toMatchObject([{ code: 'ENOENT' }]);
  });
});
