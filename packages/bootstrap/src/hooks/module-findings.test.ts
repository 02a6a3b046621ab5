import { describe, expect, it } from 'vitest';
import { aliasFinding, moduleFinding, unknownInstrumentation } from './module-findings.ts';

const express = { name: 'express', version: '5.3.0', path: '/app/node_modules/express/index.js' };

describe('moduleFinding', () => {
  it('is nothing for a module that is instrumented', () => {
    expect(moduleFinding({ ...express, outcome: 'instrumented' })).toBeUndefined();
  });

  it.each([
    ['late', 'SIGHTLINE_LOADED_LATE', 'express 5.3.0 was loaded before Sightline'],
    ['failed', 'SIGHTLINE_NOT_INSTRUMENTED', 'express 5.3.0 could not be instrumented: it threw'],
    ['unsupported', 'SIGHTLINE_NOT_INSTRUMENTED', 'express 5.3.0 could not be instrumented: it threw'],
  ] as const)('of a module that is %s is %s', (outcome, code, problem) => {
    const finding = moduleFinding({ ...express, outcome, reason: 'it threw' });
    expect(finding).toMatchObject({ code, severity: 'warn' });
    expect(finding?.problem).toContain(problem);
  });

  it('says what it can of a module without a version and a failure without a reason', () => {
    const finding = moduleFinding({ ...express, version: undefined, outcome: 'failed' } as never);
    expect(finding?.problem).toBe('express could not be instrumented: the reason is not known');
  });
});

describe('aliasFinding', () => {
  it('names the package and what it is installed under', () => {
    expect(aliasFinding('pg', 'db')).toMatchObject({
      code: 'SIGHTLINE_NOT_INSTRUMENTED',
      problem: 'pg is installed under the name db, and what it does is not seen',
    });
  });
});

describe('unknownInstrumentation', () => {
  it('shows a name, and nothing that cannot be one', () => {
    expect(unknownInstrumentation('pgg').problem).toContain("'pgg'");
    expect(unknownInstrumentation('a secret = hunter2').problem).not.toContain('hunter2');
  });
});
