import { describe, expect, it } from 'vitest';
import { pluginProblem } from './admitted-plugins.ts';
import { judgeError } from './otlp/verdict.ts';

const trap = (): never => {
  throw new Error('in the trap');
};

describe.each<[string, unknown]>([
  ['an object without a prototype', Object.create(null)],
  ['a text that cannot be made', { toString: trap }],
  ['an error with a getter', Object.defineProperty(new Error('x'), 'message', { get: trap })],
  ['a proxy', new Proxy({}, { get: trap, getPrototypeOf: trap })],
])('%s that was thrown', (_what, thrown) => {
  it('is a problem of the plug-in like any other', () => {
    const { code, problem, cause } = pluginProblem('mine', 'start', thrown);
    expect([code, problem]).toEqual([
      'SIGHTLINE_PLUGIN',
      'the plug-in mine failed to start: it threw what is no text',
    ]);
    expect(cause === thrown).toBe(true);
  });

  it('is an attempt to repeat', () => {
    expect(judgeError(thrown, false)).toMatchObject({ kind: 'retry', failure: 'unreachable', absent: false });
  });
});
