import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../api/loki.ts';
import { createLiveBuffer } from './live-buffer.ts';

const line = (number: number, text = String(number)): LogLine => ({
  timeNs: String(number),
  line: text,
  labels: {},
});

describe('createLiveBuffer', () => {
  it('shows the newest first, and nothing of what waits until it is asked', () => {
    const buffer = createLiveBuffer({ maxLines: 3, maxCharacters: 100 });
    buffer.add([line(1), line(2)]);
    expect(buffer.counts).toEqual({ received: 2, waiting: 2, letGo: 0 });
    expect(buffer.show().map(({ line: text }) => text)).toEqual(['2', '1']);
    buffer.add([line(3), line(4)]);
    expect(buffer.show().map(({ line: text }) => text)).toEqual(['4', '3', '2']);
    expect(buffer.counts).toEqual({ received: 4, waiting: 0, letGo: 1 });
  });

  it('keeps one line that is longer than all room', () => {
    const buffer = createLiveBuffer({ maxLines: 3, maxCharacters: 10 });
    buffer.add([line(1), line(2, 'x'.repeat(50))]);
    expect(buffer.show()).toHaveLength(1);
    expect(buffer.counts.letGo).toBe(1);
  });

  it('gives the same list while nothing has come', () => {
    const buffer = createLiveBuffer({ maxLines: 3, maxCharacters: 100 });
    buffer.add([line(1)]);
    expect(buffer.show()).toBe(buffer.show());
  });

  it('holds the newest within its bounds, in order, and has counted every other one', () => {
    const steps = fc.array(fc.oneof(fc.constant('show' as const), fc.nat(12)), { maxLength: 60 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 9 }), (todo, maxLines) => {
        const buffer = createLiveBuffer({ maxLines, maxCharacters: 1000 });
        let next = 0;
        for (const step of todo) {
          if (step === 'show') buffer.show();
          else buffer.add(Array.from({ length: step }, () => line(next++)));
          expect(buffer.counts.waiting).toBeLessThanOrEqual(maxLines);
        }
        const shown = buffer.show();
        const expected = Array.from({ length: Math.min(next, maxLines) }, (_, index) =>
          String(next - 1 - index),
        );
        expect(shown.map(({ timeNs }) => timeNs)).toEqual(expected);
        expect(buffer.counts).toEqual({ received: next, waiting: 0, letGo: next - shown.length });
      }),
    );
  });
});
