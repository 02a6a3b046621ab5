import { describe, expect, it } from 'vitest';
import { parseEnvBoolean, strictFromEnvironment } from './environment.ts';
import type { SightlineError } from './sightline-error.ts';

describe('parseEnvBoolean', () => {
  it.each([
    ['true', true],
    ['TRUE', true],
    [' True ', true],
    ['false', false],
    ['1', false],
    ['yes', false],
    ['', false],
    [undefined, false],
  ])('reads %j as %j', (value, expected) => {
    expect(parseEnvBoolean(value)).toBe(expected);
  });

  it('tells of a value that is neither true nor false, without showing it', () => {
    const told: SightlineError[] = [];
    const report = { name: 'OTEL_SDK_DISABLED', onProblem: (error: SightlineError) => told.push(error) };
    for (const value of ['true', 'False', '', undefined]) parseEnvBoolean(value, report);
    expect(told).toEqual([]);
    expect(parseEnvBoolean('hunter2', report)).toBe(false);
    expect(told.map((error) => error.message)).toEqual([
      'SIGHTLINE_OPTIONS: OTEL_SDK_DISABLED is a string of 7 characters that is neither true nor false. ' +
        'Expected: true or false, in any case. Fix: set OTEL_SDK_DISABLED=true, or unset it for false.',
    ]);
  });
});

describe('strictFromEnvironment', () => {
  it('is true only when SIGHTLINE_STRICT is true, in any case', () => {
    expect(strictFromEnvironment({ SIGHTLINE_STRICT: 'True' })).toBe(true);
    expect(strictFromEnvironment({ SIGHTLINE_STRICT: '1' })).toBe(false);
    expect(strictFromEnvironment({})).toBe(false);
  });
});
