import { describe, expect, it } from 'vitest';
import { clampZoom, readZoom, scaleZoom, writeZoom } from './zoom.ts';

describe('readZoom', () => {
  it.each([
    ['10-20.5', { fromMs: 10, toMs: 20.5 }],
    ['', { fromMs: 0, toMs: 100 }],
    ['90-500', { fromMs: 90, toMs: 100 }],
    ['-5-7', { fromMs: 0, toMs: 100 }],
    ['20-10', { fromMs: 20, toMs: 20.001 }],
  ])('reads %j of 100 ms', (text, expected) => expect(readZoom(text, 100)).toEqual(expected));

  it('has a width also where the trace has none', () => {
    expect(readZoom('', 0)).toEqual({ fromMs: 0, toMs: 0.001 });
  });
});

describe('writeZoom', () => {
  it('is what readZoom reads, and nothing for the whole', () => {
    expect(writeZoom({ fromMs: 1 / 3, toMs: 20 }, 100)).toBe('0.3333-20');
    expect(writeZoom({ fromMs: 0, toMs: 100 }, 100)).toBe('');
  });
});

describe('scaleZoom', () => {
  it('keeps the moment in its place', () => {
    expect(scaleZoom({ fromMs: 0, toMs: 100 }, 0.5, 20, 100)).toEqual({ fromMs: 10, toMs: 60 });
  });

  it('does not leave the trace', () => {
    expect(scaleZoom({ fromMs: 10, toMs: 60 }, 4, 20, 100)).toEqual({ fromMs: 0, toMs: 100 });
  });
});

describe('clampZoom', () => {
  it('keeps the start before the end', () => {
    expect(clampZoom({ fromMs: 300, toMs: 400 }, 100)).toEqual({ fromMs: 99.999, toMs: 100 });
  });
});
