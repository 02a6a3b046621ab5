import { createRedactor } from '@sightline/redact';
import { describe, expect, it, vi } from 'vitest';
import { createProblems } from './problems.ts';

const redactor = createRedactor();

describe('createProblems', () => {
  it.each<{ what: string; error: unknown; said: RegExp }>([
    { what: 'an error', error: new RangeError('too far'), said: /threw RangeError: too far/ },
    { what: 'a text', error: 'boom', said: /threw something that is no error/ },
    { what: 'nothing', error: undefined, said: /threw something that is no error/ },
    {
      what: 'an error without a name and a message that are texts',
      error: Object.assign(new Error('x'), { name: 7, message: { toString: () => 'no' } }),
      said: /threw Error: \./,
    },
    {
      what: 'an error with a getter that throws',
      error: Object.defineProperty(new Error('x'), 'message', {
        get() {
          throw new Error('in the getter');
        },
      }),
      said: /threw Error: \./,
    },
    {
      what: 'an error with a secret',
      error: new Error('token=hunter2hunter2'),
      said: /threw Error: token=\[REDACTED\]/,
    },
  ])('tells of $what that was thrown, without its secrets', ({ error, said }) => {
    const told = vi.fn<(problem: Error) => void>();
    createProblems(redactor, told).failed('a sink', error);
    expect(told.mock.calls[0]?.[0]).toMatchObject({ code: 'SIGHTLINE_HTTP_SINK', cause: error });
    expect(told.mock.calls[0]?.[0].message).toMatch(said);
  });

  it('cuts a reason that is long', () => {
    const told = vi.fn<(problem: Error) => void>();
    createProblems(redactor, told).failed('a sink', new Error('x'.repeat(10_000)));
    expect(told.mock.calls[0]?.[0].message.length).toBeLessThan(600);
  });

  it('tells once of each, counts every one, and outlives a listener that throws', () => {
    const told = vi.fn<(problem: Error) => void>(() => {
      throw new Error('the listener');
    });
    const problems = createProblems(redactor, told);
    for (const what of ['a sink', 'a sink', 'a span']) problems.failed(what, new Error('x'));
    expect(told).toHaveBeenCalledTimes(2);
    expect(problems.count()).toBe(3);
  });

  it('warns the process when nobody else is to be told', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    createProblems(redactor).failed('a sink', new Error('x'));
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('SIGHTLINE_HTTP_SINK: a sink threw Error: x.'),
      { type: 'SightlineWarning', code: 'SIGHTLINE_HTTP_SINK' },
    );
    warn.mockRestore();
  });
});
