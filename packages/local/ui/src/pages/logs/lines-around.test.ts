import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { joinPages, linesAround } from './lines-around.ts';

const line = (ms: number, text: string, labels: LogLine['labels'] = {}): LogLine => ({
  timeNs: `${1_795_687_000_000 + ms}000000`,
  line: text,
  labels,
});

describe('linesAround', () => {
  it('has the line once between those before and after it, also with others of the same moment', () => {
    const target = line(5, 'c', { level: 'info' });
    const before = [line(5, 'c', { level: 'info', extra: 'x' }), line(5, 'b'), line(3, 'a2'), line(2, 'a1')];
    const after = [line(5, 'b'), line(5, 'c'), line(6, 'd'), line(7, 'e')];
    expect(
      linesAround(target, before, after, 2).map(({ line: { line: text }, isTarget }) => [text, isTarget]),
    ).toEqual([
      ['a2', false],
      ['b', false],
      ['c', true],
      ['d', false],
      ['e', false],
    ]);
  });
});

describe('joinPages', () => {
  it('joins what overlaps at one millisecond without doubling it', () => {
    const newer = [line(9, 'n'), line(5, 'x'), line(5, 'y')];
    const older = [line(5, 'y'), line(5, 'z'), line(1, 'o')];
    expect(joinPages(newer, older).map(({ line: text }) => text)).toEqual(['n', 'x', 'y', 'z', 'o']);
    expect(joinPages([], older)).toBe(older);
  });
});
