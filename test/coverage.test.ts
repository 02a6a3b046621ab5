import { describe, expect, it } from 'vitest';
import { existsSync } from 'node:fs';
import {
  type FileCoverage,
  coverageProblems,
  coverageTable,
  packageCoverage,
  reached,
  requiredRatio,
  runsElsewhere,
} from './coverage.ts';

const at = (line?: number): { start: { line?: number } } => ({ start: line === undefined ? {} : { line } });

/** A file with a statement on every line and an `if` on the first whose `else` is not written. */
function file(linesHit: readonly number[], ifHit: number, elseHit: number): FileCoverage {
  return {
    statementMap: Object.fromEntries(linesHit.map((_, index) => [index, at(index + 1)])),
    s: Object.fromEntries(linesHit.map((hits, index) => [index, hits])),
    branchMap: { 0: { loc: at(1), locations: [at(2), at()] } },
    b: { 0: [ifHit, elseHit] },
  };
}

const packages = packageCoverage(
  {
    '/w/packages/query/src/a.ts': file([1, 0, 3, 4], 0, 5),
    '/w/packages/query/src/b.ts': file([1, 1], 1, 1),
    '/w/packages/errors/src/c.ts': file([1, 1], 1, 1),
  },
  '/w',
);

describe('packageCoverage', () => {
  it('counts a line once, and an else that is not written at its if', () => {
    const twice: FileCoverage = {
      statementMap: { 0: at(1), 1: at(1), 2: at(2) },
      s: { 0: 0, 1: 4, 2: 0 },
      branchMap: { 0: { loc: at(7), locations: [at(8), at()] } },
      b: { 0: [1, 0] },
    };
    const [only] = packageCoverage({ '/w/packages/http/src/x.ts': twice }, '/w');
    expect(only).toMatchObject({
      name: 'http',
      ratios: { lines: 0.5, branches: 0.5 },
      files: [{ path: 'packages/http/src/x.ts', lines: { missed: [2] }, branches: { missed: [7] } }],
    });
  });
});

describe('coverageTable', () => {
  it('has a row for each package by name, rounded down', () => {
    expect(coverageTable(packages, {}).split('\n')).toEqual([
      'Coverage        lines  branches',
      'errors        100.0 %   100.0 %',
      'query          83.3 %    75.0 %',
    ]);
  });

  it('says of a package that is not there yet what it is held to', () => {
    expect(coverageTable(packages, { query: { branches: 0.7 } })).toContain(
      'query          83.3 %    75.0 %  (branches at least 70.0 %)',
    );
  });
});

describe('coverageProblems', () => {
  it('names the package, its figures, the worst files and their lines', () => {
    expect(coverageProblems(packages, {})).toEqual([
      'query: the tests run 83.3 % of its lines, not 95.0 % and 75.0 % of its branches, not 95.0 %. Most is left in\n' +
        '    packages/query/src/a.ts: 2',
    ]);
  });

  it('holds a package that is not there yet to what it has reached', () => {
    expect(coverageProblems(packages, { query: { lines: 0.83, branches: 0.75 } })).toEqual([]);
  });

  it('lists twelve lines of a file and says how many more there are', () => {
    const long = packageCoverage({ '/w/packages/query/src/a.ts': file(Array(15).fill(0), 1, 1) }, '/w');
    expect(coverageProblems(long, {})[0]).toMatch(/: 1, 2, .*, 12 and 3 more$/);
  });
});

describe('the rules of coverage', () => {
  it('exclude only files that exist, each with its reason', () => {
    for (const [path, reason] of Object.entries(runsElsewhere)) {
      expect([path, existsSync(new URL(`../${path}`, import.meta.url))]).toEqual([path, true]);
      expect(reason).toMatch(/\w/);
    }
  });

  it('hold nothing to less than it must reach unless it is below', () => {
    for (const marks of Object.values(reached).flatMap((each) => Object.values(each)))
      expect(marks).toBeLessThan(requiredRatio);
  });
});
