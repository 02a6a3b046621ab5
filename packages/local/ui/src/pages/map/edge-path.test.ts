import { describe, expect, it } from 'vitest';
import { edgePath, labelPlace } from './edge-path.ts';

const points = [
  { x: 0, y: 0 },
  { x: 100, y: 50 },
  { x: 200, y: 50 },
];

describe('edgePath', () => {
  it('goes through all points', () => {
    expect(edgePath(points)).toBe('M0 0 C50 0 50 50 100 50 C150 50 150 50 200 50');
  });

  it('is nothing without points', () => expect(edgePath([])).toBe(''));
});

describe('labelPlace', () => {
  it('is near the end at which fewer lines meet', () => {
    expect(labelPlace(points, true).x).toBeCloseTo(40, 9);
    expect(labelPlace(points, false).x).toBeCloseTo(160, 9);
  });
});
