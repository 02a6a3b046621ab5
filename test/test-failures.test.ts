import { describe, expect, it } from 'vitest';
import { failureText, filesToTryAgain, triedAgain } from './test-failures.ts';

describe('filesToTryAgain', () => {
  it('has each file once', () => {
    const failures = ['a.test.ts', 'b.test.ts', 'a.test.ts'].map((file) => ({ file, message: 'no' }));
    expect(filesToTryAgain(failures)).toEqual(['a.test.ts', 'b.test.ts']);
  });

  it('has none where too many fail to be an accident', () => {
    const failures = ['a', 'b', 'c', 'd'].map((file) => ({ file, message: 'no' }));
    expect(filesToTryAgain(failures)).toEqual([]);
    expect(filesToTryAgain(failures.slice(1))).toHaveLength(3);
  });

  it('has none where an error belongs to no file', () => {
    expect(filesToTryAgain([{ file: 'a.test.ts', message: 'no' }, { message: 'unhandled' }])).toEqual([]);
  });
});

describe('triedAgain', () => {
  const slow = { file: 'a.test.ts', test: 'waits', message: 'timed out' };
  const wrong = { file: 'a.test.ts', test: 'adds', message: '1 is not 2' };
  const first = { passed: 97, failed: 2, skipped: 1, failures: [slow, wrong] };

  it('counts as passed, and names, what does not fail again', () => {
    const second = {
      passed: 9,
      failed: 1,
      skipped: 0,
      failures: [{ ...wrong, message: '1 is still not 2' }],
    };
    expect(triedAgain(first, second)).toEqual({
      run: { passed: 98, failed: 1, skipped: 1, failures: second.failures },
      recovered: [slow],
    });
  });

  it('has a failure that is another than before', () => {
    const second = {
      passed: 0,
      failed: 0,
      skipped: 10,
      failures: [{ file: 'a.test.ts', message: 'no server' }],
    };
    expect(triedAgain(first, second).run.failures).toEqual(second.failures);
  });
});

describe('failureText', () => {
  it('is empty where nothing failed', () => {
    expect(failureText('Failed:', [])).toBe('');
  });

  it('has the place and the beginning of why', () => {
    const message = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n');
    const text = failureText('Failed:', [
      { file: 'a.test.ts', test: 'b c', message },
      { file: 'd.test.ts', message: 'e' },
      { message: 'f\n    at own (/w/a.ts:1:2)\n    at run (file:///w/node_modules/vitest/run.js:1:2)' },
    ]);
    expect(text).toContain('\nFailed:\n  a.test.ts > b c\n      line 0\n');
    expect(text).toContain(
      'line 11\n  d.test.ts\n      e\n  an error that nobody caught\n      f\n          at own (/w/a.ts:1:2)\n',
    );
    expect(text).not.toContain('node_modules');
    expect(text).not.toContain('line 12');
  });
});
