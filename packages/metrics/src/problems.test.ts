import { SightlineError } from '@sightline/errors';
import { describe, expect, it, vi } from 'vitest';
import { createProblems, warnProcess } from './problems.ts';

const parts = { problem: 'p', expected: 'e', fix: 'f' };

describe('createProblems', () => {
  it('tells a problem once by its key, and goes on when whoever is told throws', () => {
    const onProblem = vi.fn<() => void>(() => {
      throw new Error('no');
    });
    const problems = createProblems(onProblem);
    problems.once('a', 'SIGHTLINE_METRIC', parts);
    problems.once('a', 'SIGHTLINE_METRIC', parts);
    problems.once('b', 'SIGHTLINE_METRIC', parts, new Error('why'));
    expect(onProblem).toHaveBeenCalledTimes(2);
    expect(problems.told.map(({ cause }) => cause)).toEqual([undefined, new Error('why')]);
  });
});

describe('what createProblems keeps', () => {
  it('is the first hundred that it was told', () => {
    const problems = createProblems(() => {});
    for (let at = 0; at < 150; at++) problems.once(`${at}`, 'SIGHTLINE_METRIC', parts);
    expect(problems.told).toHaveLength(100);
  });
});

describe('warnProcess', () => {
  it('makes a warning with the code of the problem', () => {
    const emitWarning = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const error = new SightlineError('SIGHTLINE_METRIC', parts);
    warnProcess(error);
    expect(emitWarning).toHaveBeenCalledWith(error.message, {
      type: 'SightlineWarning',
      code: 'SIGHTLINE_METRIC',
    });
    emitWarning.mockRestore();
  });
});
