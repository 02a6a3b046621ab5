import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** How a mutant was noticed: by a test that failed, by tests that did not end, or not at all. */
export type Outcome = 'noticed' | 'endless' | 'survived' | 'not run';

export function isNoticed(outcome: Outcome): boolean {
  return outcome === 'noticed' || outcome === 'endless';
}

/** What came of one mutant. */
export interface MutantResult {
  readonly key: string;
  readonly file: string;
  readonly line: number;
  readonly operator: string;
  readonly original: string;
  readonly mutated: string;
  readonly outcome: Outcome;
  /** The test file that noticed it, from the root of the workspace. */
  readonly by?: string;
  /** Why no test can notice it. */
  readonly equivalent?: string;
}

export interface PartResult {
  /** How many mutants its sources have. */
  readonly total: number;
  readonly results: readonly MutantResult[];
}

export interface GroupResult {
  readonly seed: number;
  readonly measuredAt: string;
  /** That all runs of the group took together [s]. */
  readonly seconds: number;
  readonly parts: Readonly<Record<string, PartResult>>;
}

export type MutationResults = Readonly<Record<string, GroupResult>>;

/** Where the figures come from. */
const MUTATION_RESULTS = new URL('mutation.json', import.meta.url);

export function readResults(): MutationResults {
  if (!existsSync(MUTATION_RESULTS)) return {};
  return JSON.parse(readFileSync(MUTATION_RESULTS, 'utf8')) as MutationResults;
}

/** A line a mutant, so that a difference can be read. */
export function writeResults(results: MutationResults): void {
  const texts = Object.entries(results).map(([name, { parts, ...facts }]) => {
    const partTexts = Object.entries(parts).map(([title, part]) => {
      const lines = part.results.map((result) => `  ${JSON.stringify(result)}`).join(',\n');
      return ` ${JSON.stringify(title)}: {"total":${part.total},"results":[\n${lines}\n ]}`;
    });
    const head = JSON.stringify(facts).slice(0, -1);
    return `${JSON.stringify(name)}: ${head},"parts":{\n${partTexts.join(',\n')}\n}}`;
  });
  writeFileSync(MUTATION_RESULTS, `{\n${texts.join(',\n')}\n}\n`);
}

export interface Score {
  readonly total: number;
  readonly tried: number;
  readonly noticed: number;
  readonly equivalent: number;
  /** Noticed of those that can be noticed. */
  readonly ratio: number;
}

export function scoreOf(parts: readonly PartResult[]): Score {
  const results = parts.flatMap((part) => part.results);
  const noticed = results.filter(({ outcome }) => isNoticed(outcome)).length;
  const equivalent = results.filter((result) => result.equivalent !== undefined).length;
  return {
    total: parts.reduce((sum, { total }) => sum + total, 0),
    tried: results.length,
    noticed,
    equivalent,
    ratio: noticed / Math.max(1, results.length - equivalent),
  };
}
