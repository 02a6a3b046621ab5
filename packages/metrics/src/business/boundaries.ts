import { requestBoundaries } from '@sightline/conventions';

/** Bucket bounds for those who give none, by unit. */
export function defaultBoundaries(unit: string): readonly number[] {
  if (unit === 's') return requestBoundaries;
  if (unit === 'By') return [1024, 16_384, 131_072, 1_048_576, 10_485_760, 104_857_600];
  if (unit === '1') return [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];
  return [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
}
