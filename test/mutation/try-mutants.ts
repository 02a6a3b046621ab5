/* oxlint-disable no-await-in-loop -- one mutant at a time */
import { globSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stepAt } from './marked-source.ts';
import { type Mutant, mutantKeys, mutantsOf, mutatedSource } from './mutants.ts';
import { type MutationProcess, type TestFileAnswer, createMutationProcess } from './mutation-process.ts';
import { isIgnored } from './ignored.ts';
import type { Outcome } from './results.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A mutant, and what it needs to be put in and found again. */
export interface Candidate {
  readonly mutant: Mutant;
  readonly key: string;
  readonly source: string;
  /** The step of its source that has to run for it to be noticed. */
  readonly step: string;
}

/** Every mutant of the sources that the globs name. */
export function candidates(globs: readonly string[]): readonly Candidate[] {
  const files = globSync([...globs], { cwd: root }).filter((file) => !/\.(?:test|fixture)\.ts$/.test(file));
  return files.toSorted().flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const step = stepAt(file, source);
    const keyOf = mutantKeys(source);
    return mutantsOf(file, source)
      .filter((mutant) => !isIgnored(mutant, source))
      .map((mutant) => ({ mutant, source, key: keyOf(mutant), step: step(mutant.start) }));
  });
}

/** Which steps each test file runs, and how long it takes, with no mutant in. */
interface Coverage {
  readonly files: readonly (TestFileAnswer & { readonly steps: ReadonlySet<string> })[];
  /** Those that cannot be run by themselves, or take too long. */
  readonly leftOut: readonly TestFileAnswer[];
}

interface Trial {
  readonly outcome: Outcome;
  readonly by?: string;
}

export interface MutantTrials {
  readonly coverage: Coverage;
  try(candidate: Candidate): Promise<Trial>;
  close(): void;
}

/** Longest that a test file may take to be run for each mutant [ms]; one that takes longer is left out. */
const SLOWEST_FILE_MS = 30_000;
/** How many times longer than without a mutant the tests may take, and how much more they always may. */
const SLOWNESS = 4;
const PATIENCE_MS = 30_000;
const COVERAGE_MS = 900_000;

/**
 * Runs the tests once, to see what they run, and then again for each mutant that is tried.
 *
 * @param sources the files whose mutants will be tried, from the root of the workspace
 * @param tests globs of the test files
 * @param last the test file to ask when no other notices
 */
export async function openTrials(
  sources: readonly string[],
  tests: readonly string[],
  last?: string,
): Promise<MutantTrials> {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-mutation-'));
  const process = createMutationProcess(tests, folder);
  let coverage: Coverage;
  try {
    coverage = await coverageOf(process, folder, sources);
  } catch (error) {
    process.close();
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }

  /** Those that run the step: its own test first, then the quick ones. */
  function testsOf({ step, mutant }: Candidate): Coverage['files'] {
    const own = basename(mutant.file, '.ts');
    const rank = ({ file, durationMs }: TestFileAnswer): number =>
      file === last ? Infinity : basename(file, '.test.ts') === own ? 0 : durationMs;
    return coverage.files.filter(({ steps }) => steps.has(step)).toSorted((a, b) => rank(a) - rank(b));
  }

  return {
    coverage,
    async try(candidate) {
      const files = testsOf(candidate);
      if (files.length === 0) return { outcome: 'not run' };
      const { mutant, source } = candidate;
      const plainMs = files.reduce((sum, { durationMs }) => sum + durationMs, 0);
      const answer = await process.ask(
        {
          files: files.map(({ file }) => file),
          sources: [{ file: mutant.file, source: mutatedSource(source, mutant) }],
          isMarked: false,
          failing: files.flatMap(({ failing }) => failing),
        },
        plainMs * SLOWNESS + PATIENCE_MS,
      );
      if (answer === undefined) return { outcome: 'endless' };
      if (answer.failed !== undefined) return { outcome: 'noticed', by: answer.failed.file };
      return answer.unhandled === undefined
        ? { outcome: 'survived' }
        : { outcome: 'noticed', by: answer.unhandled };
    },
    close: process.close,
  };
}

/** Not a file that cannot be run or takes too long; of one with tests that fail by themselves the others count. */
function isUseful({ failed, failing, durationMs }: TestFileAnswer): boolean {
  return (failed === undefined || failing.length > 0) && durationMs < SLOWEST_FILE_MS;
}

async function coverageOf(
  { ask }: MutationProcess,
  folder: string,
  sources: readonly string[],
): Promise<Coverage> {
  const request = { files: [], sources: sources.map((file) => ({ file })), isMarked: true, failing: [] };
  const answer = await ask(request, COVERAGE_MS);
  if (answer === undefined) throw new Error('the tests did not end in time');
  const steps = new Map(
    readdirSync(folder).map((name) => {
      const noted = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        testPath: string;
        steps: string[];
      };
      return [noted.testPath, new Set(noted.steps)] as const;
    }),
  );
  return {
    files: answer.modules
      .filter(isUseful)
      .map((module) =>
        Object.assign(module, { steps: steps.get(join(root, module.file)) ?? new Set<string>() }),
      ),
    leftOut: answer.modules.filter((module) => !isUseful(module)),
  };
}
