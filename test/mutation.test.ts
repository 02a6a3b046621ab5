import { describe, expect, it } from 'vitest';
import { equivalents } from './mutation/equivalents.ts';
import { groups } from './mutation/groups.ts';
import { isIgnored } from './mutation/ignored.ts';
import { markedSource, stepAt } from './mutation/marked-source.ts';
import { mutantKeys, mutantsOf, mutatedSource } from './mutation/mutants.ts';
import { type Outcome, scoreOf } from './mutation/results.ts';
import { candidates, openTrials } from './mutation/try-mutants.ts';

/** Each mutant as the whole source it makes. */
function mutated(source: string): readonly string[] {
  return mutantsOf('a.ts', source).map((mutant) => mutatedSource(source, mutant));
}

describe('mutantsOf', () => {
  it.each([
    { source: 'f(a < b);', made: ['f(a <= b);', 'f(a >= b);'] },
    { source: 'f(a === b);', made: ['f(a !== b);'] },
    { source: 'f(a + b * c);', made: ['f(a - b * c);', 'f(a + b / c);'] },
    { source: 'f(a && b);', made: ['f(a || b);'] },
    { source: 'f(a ?? b);', made: ['f(a && b);'] },
    { source: 'f(true);', made: ['f(false);'] },
    { source: 'f(0);', made: ['f(1);', 'f((-1));'] },
    { source: "f('a', '');", made: ["f('', '');", "f('a', 'mutated');"] },
    { source: 'f(`a${b}`);', made: ['f(``);'] },
    { source: 'f(!a);', made: ['f(a);'] },
    { source: 'f(a ? b : c);', made: ['f(true ? b : c);', 'f(false ? b : c);'] },
    { source: 'f(a.filter(g));', made: ['f(a);'] },
    { source: 'f(a.some(g));', made: ['f(a.every(g));'] },
    { source: 'f(/^a+$/);', made: ['f(/a+$/);', 'f(/^a+/);', 'f(/^a*$/);'] },
  ])('makes of $source one source a fault', ({ source, made }) => {
    expect(mutated(source)).toEqual([';', ...made]);
  });

  it('leaves out a statement, what a function does, and how often a loop runs', () => {
    expect(mutated('function f() { g(); while (a) h(); }')).toEqual([
      'function f() {}',
      'function f() { ; while (a) h(); }',
      'function f() { g(); while (false) h(); }',
      'function f() { g(); while (a) ; }',
    ]);
  });

  it('leaves a function that gives something its result', () => {
    expect(mutated('const f = () => { const a = g(); return a; };')).toEqual([]);
  });

  it('leaves types, imports, keys and directives as they are', () => {
    const source = [
      "'use strict';",
      "import { a } from 'b';",
      "export { c } from 'd';",
      "type E = 'f' | 1;",
      "const g: Record<'h', 2> = { 'h': i as 2 };",
      'for (;;j++) {}',
    ].join('\n');
    expect(mutated(source)).toEqual([]);
  });

  it('makes only what compiles and differs', () => {
    for (const { source, mutant } of candidates(['packages/redact/src/url.ts'])) {
      const made = mutatedSource(source, mutant);
      expect(made).not.toBe(source);
      expect(() => mutantsOf('a.ts', made)).not.toThrow();
    }
  });
});

describe('mutantKeys', () => {
  const source = 'f(1);\nf(1);\ng(2);\nf(1);\n';

  it('differs for every mutant', () => {
    const keys = mutantsOf('a.ts', source).map(mutantKeys(source));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('stays when other lines change', () => {
    const longer = `h();\n${source}`;
    const key = (text: string): string | undefined =>
      mutantsOf('a.ts', text)
        .filter(({ original }) => original === '2')
        .map(mutantKeys(text))[0];
    expect(key(longer)).toBe(key(source));
  });
});

describe('isIgnored', () => {
  it.each([
    ["f({ problem: 'a' })", "'a'", true],
    ["z.string().describe('a')", "'a'", true],
    ["f({ expected: b ? 'a' : 'c' })", "'c'", true],
    ["refuse(name, 'a')", "'a'", true],
    ["f({ status: 'a' })", "'a'", false],
    ['f({ problem: 1 })', '1', false],
  ])('judges the texts of %s: %s', (source, original, expected) => {
    const mutant = mutantsOf('a.ts', source).find((each) => each.original === original);
    expect(mutant && isIgnored(mutant, source)).toBe(expected);
  });
});

describe('markedSource', () => {
  it('notes the module, each statement and what a short function gives', () => {
    const source = 'const f = (a) => ({ a });\nfunction g() { if (h) { i(); } }\n';
    const noted = new Set<string>();
    Object.assign(globalThis, { sightlineSteps: noted });
    try {
      // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- the marked source is the result
      const run = new Function('h', 'i', `${markedSource('a.ts', source)} return { f, g };`) as (
        h: boolean,
        i: () => void,
      ) => { f: (a: number) => unknown; g: () => void };
      const { f, g } = run(false, () => undefined);
      expect([...noted]).toEqual(['a.ts@-1']);
      expect(f(1)).toEqual({ a: 1 });
      expect([...noted].at(-1)).toBe(stepAt('a.ts', source)(source.indexOf('{ a }')));
      g();
      const step = stepAt('a.ts', source);
      expect(noted.has(step(source.indexOf('h)')))).toBe(true);
      expect(noted.has(step(source.indexOf('i()')))).toBe(false);
    } finally {
      Reflect.deleteProperty(globalThis, 'sightlineSteps');
    }
  });
});

describe('openTrials', () => {
  /** Of several kinds, and each changes what becomes of a URL. The last of them changes nothing. */
  const faults = [
    ["'//'", "''"],
    ['===', '!=='],
    ["'='", "''"],
    ['`x:${url}`', '``'],
    ['parameters.add();', ';'],
    ['/^(?:true|false|null)$/', '/(?:true|false|null)$/'],
    ["'+'", "''"],
    ["'%'", "''"],
  ] as const;

  it('notices faults of the URLs of redact, and not what changes nothing', async () => {
    const file = 'packages/redact/src/url.ts';
    const all = candidates([file]);
    const trials = await openTrials([file], ['packages/redact/src/url.test.ts']);
    const outcomes: Outcome[] = [];
    try {
      for (const [original, mutatedTo] of faults) {
        const found = all.findLast(
          ({ mutant }) => mutant.original === original && mutant.mutated === mutatedTo,
        );
        // oxlint-disable-next-line no-await-in-loop -- one vitest
        if (found) outcomes.push((await trials.try(found)).outcome);
      }
    } finally {
      trials.close();
    }
    expect(outcomes).toEqual([...faults.slice(1).map(() => 'noticed'), 'survived']);
  }, 240_000);
});

describe('the mutants that no test can notice', () => {
  it('are of files that are tried, and each has its reason', () => {
    const files = new Set(
      candidates(Object.values(groups).flatMap(({ parts }) => Object.values(parts).flat())).map(
        ({ mutant }) => mutant.file,
      ),
    );
    expect(equivalents.filter(({ file }) => !files.has(file))).toEqual([]);
    expect(equivalents.filter(({ why }) => why === '')).toEqual([]);
  });
});

describe('scoreOf', () => {
  it('counts what was noticed of those that can be', () => {
    const result = { key: '', file: '', line: 1, operator: '', original: '', mutated: '' };
    const results = [
      { ...result, outcome: 'noticed' as const },
      { ...result, outcome: 'endless' as const },
      { ...result, outcome: 'survived' as const },
      { ...result, outcome: 'not run' as const, equivalent: 'why' },
    ];
    expect(scoreOf([{ total: 9, results }])).toEqual({
      total: 9,
      tried: 4,
      noticed: 2,
      equivalent: 1,
      ratio: 2 / 3,
    });
  });
});
