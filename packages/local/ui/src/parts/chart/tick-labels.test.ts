import { describe, expect, it } from 'vitest';
import { formatUnit } from '../units/format-unit.ts';
import { tickLabels } from './tick-labels.ts';

describe('tickLabels', () => {
  it.each([
    ['none', [0, 1, 2], ['0', '1', '2']],
    ['none', [0, 0.25, 0.5], ['0.00', '0.25', '0.50']],
    ['percentunit', [0, 0.05, 0.1], ['0%', '5%', '10%']],
    ['s', [0, 0.005, 0.01], ['0 s', '5 ms', '10 ms']],
    ['bytes', [0, 1_048_576, 1_572_864], ['0.0 B', '1.0 MiB', '1.5 MiB']],
    ['none', [0.1 + 0.2, 0.4], ['0.3', '0.4']],
  ])('labels %s %j as %j', (unit, ticks, expected) => {
    expect(tickLabels(ticks, (value, decimals) => formatUnit(unit, value, decimals))).toEqual(expected);
  });
});
