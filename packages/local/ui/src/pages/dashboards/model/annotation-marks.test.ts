import { describe, expect, it } from 'vitest';
import { annotationMarks } from './annotation-marks.ts';

describe('annotationMarks', () => {
  it('makes one mark of what goes on, and another after a gap or a zero', () => {
    const series = [{ labels: { a: 'x' }, times: [0, 60, 120, 300, 360, 420], values: [1, 1, 1, 1, 0, 1] }];
    const marks = annotationMarks(series, { stepMs: 60_000, colour: 'red', textOf: ({ a = '' }) => a });
    expect(marks.map(({ startMs, endMs, title }) => [startMs / 1000, endMs / 1000, title])).toEqual([
      [0, 120, 'x'],
      [300, 300, 'x'],
      [420, 420, 'x'],
    ]);
  });
});
