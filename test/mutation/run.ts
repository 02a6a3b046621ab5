/* oxlint-disable no-await-in-loop -- one mutant at a time */
/**
 * Do the tests notice a fault? Puts small faults into the sources, one at a time, and runs the tests that come by it.
 *
 * `node test/mutation/run.ts [--sample 40] [--seed 1] [--all] [--files packages/redact/src/url.ts] [--again [--tests url.test.ts]] [group…]`
 *
 * A sample is drawn of each part of a group, in an order that the seed gives; what `mutation.json` already holds of it is
 * not tried again, so a run that was stopped goes on, and a larger sample adds to a smaller. `--again` tries those that
 * survived and are not in `equivalents.ts` once more, by `--tests` with these test files alone; `--files` tries mutants of
 * these files and writes nothing.
 */
import { createHash } from 'node:crypto';
import { matchesGlob } from 'node:path';
import { parseArgs } from 'node:util';
import { print } from '../load/figures.ts';
import { renewGenerated } from '../renew-generated.ts';
import { whyEquivalent } from './equivalents.ts';
import { type MutationGroup, groups } from './groups.ts';
import {
  type MutantResult,
  type PartResult,
  isNoticed,
  readResults,
  scoreOf,
  writeResults,
} from './results.ts';
import { type Candidate, type MutantTrials, candidates, openTrials } from './try-mutants.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sample: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    again: { type: 'boolean', default: false },
    files: { type: 'string', multiple: true, default: [] },
    tests: { type: 'string', multiple: true, default: [] },
  },
});
const sampleSize = values.all ? Infinity : Number(values.sample);
const seed = Number(values.seed);

function placeOf({ key }: Candidate): string {
  return createHash('sha256').update(`${seed}:${key}`).digest('hex');
}

/** The candidates in the order of the seed, so that a larger sample begins with the smaller one. */
function inOrder(all: readonly Candidate[]): readonly Candidate[] {
  return all
    .map((candidate) => [placeOf(candidate), candidate] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, candidate]) => candidate);
}

/** The first of each, then the second of each: a run that is stopped has tried some of every part. */
function inTurn(samples: readonly (readonly Candidate[])[]): readonly Candidate[] {
  const longest = Math.max(0, ...samples.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    samples.flatMap((sample) => sample[index] ?? []),
  ).flat();
}

async function resultOf(trials: MutantTrials, candidate: Candidate): Promise<MutantResult> {
  const { mutant, key, source } = candidate;
  const { file, line, operator, original, mutated } = mutant;
  const texts = { original: shortened(original), mutated: shortened(mutated) };
  const trial = await trials.try(candidate);
  const result = { key, file, line, operator, ...texts, ...trial };
  if (!isNoticed(trial.outcome) && whyEquivalent(mutant, source) === undefined) print(describeMutant(result));
  return result;
}

function describeMutant({ file, line, operator, original, mutated, outcome }: MutantResult): string {
  return `${outcome}: ${file}:${line} ${operator}: ${original}  →  ${mutated}`;
}

function shortened(text: string): string {
  const flat = text.replaceAll(/\s+/g, ' ');
  return flat.length <= 120 ? flat : `${flat.slice(0, 119)}…`;
}

async function runGroup(name: string): Promise<void> {
  const group = groups[name];
  if (group === undefined) throw new Error(`no group ${name}; there are ${Object.keys(groups).join(', ')}`);
  const before = readResults()[name];
  const known = new Map(
    (before?.seed === seed ? Object.values(before.parts) : [])
      .flatMap(({ results }) => results)
      .map((result) => [result.key, result] as const),
  );
  const parts = Object.entries(group.parts).map(([title, globs]) => {
    return { title, all: inOrder(candidates(globs)) };
  });
  const open = inTurn(parts.map(({ all }) => all.slice(0, sampleSize))).filter(({ key, mutant, source }) => {
    const outcome = known.get(key)?.outcome;
    if (outcome === undefined) return true;
    return values.again && !isNoticed(outcome) && whyEquivalent(mutant, source) === undefined;
  });
  print(`${name}: ${open.length} to try of ${parts.reduce((sum, { all }) => sum + all.length, 0)}`);

  const startedAt = Date.now();
  const save = (): void => {
    writeResults({
      ...readResults(),
      [name]: {
        seed,
        measuredAt: new Date().toISOString().slice(0, 10),
        seconds: Math.round((before?.seed === seed ? before.seconds : 0) + (Date.now() - startedAt) / 1000),
        parts: Object.fromEntries(
          parts.map(({ title, all }): [string, PartResult] => [
            title,
            {
              total: all.length,
              results: all.flatMap((candidate) => judged(candidate, known.get(candidate.key)) ?? []),
            },
          ]),
        ),
      },
    });
  };
  if (open.length > 0) {
    const sources = [...new Set(open.map(({ mutant }) => mutant.file))];
    const trials = await openTrials(sources, testsOf(group), group.last);
    print(`${trials.coverage.files.length} test files, after ${secondsSince(startedAt)} s`);
    for (const { file, failed } of trials.coverage.leftOut)
      print(`left out: ${file}: ${failed ?? 'too slow'}`);
    try {
      for (const [index, candidate] of open.entries()) {
        const result = await resultOf(trials, candidate);
        known.set(candidate.key, result);
        if (index % 5 === 4) save();
      }
    } finally {
      trials.close();
    }
  }
  save();
  for (const [title, part] of Object.entries(readResults()[name]?.parts ?? {})) {
    const { tried, noticed, equivalent, ratio } = scoreOf([part]);
    print(
      `  ${title}: ${noticed} of ${tried} noticed, ${equivalent} equivalent: ${(ratio * 100).toFixed(1)} %`,
    );
  }
  print(`  ${secondsSince(startedAt)} s`);
}

function testsOf({ tests }: MutationGroup): readonly string[] {
  return values.tests.length > 0 ? values.tests : tests;
}

/** What is known of a candidate, with its line and its reason as they are today. */
function judged({ mutant, source }: Candidate, result: MutantResult | undefined): MutantResult | undefined {
  if (result === undefined) return undefined;
  const { equivalent: _, ...rest } = result;
  const why = isNoticed(result.outcome) ? undefined : whyEquivalent(mutant, source);
  return { ...rest, line: mutant.line, ...(why === undefined ? {} : { equivalent: why }) };
}

function secondsSince(startedAtMs: number): number {
  return Math.round((Date.now() - startedAtMs) / 1000);
}

async function runFiles(files: readonly string[]): Promise<void> {
  for (const file of files) {
    const group = Object.values(groups).find(({ parts }) =>
      Object.values(parts).some((globs) => globs.some((glob) => matchesGlob(file, glob))),
    );
    if (group === undefined) throw new Error(`${file} is in no group`);
    const sample = inOrder(candidates([file])).slice(0, sampleSize);
    const trials = await openTrials([file], testsOf(group), group.last);
    try {
      let noticed = 0;
      for (const candidate of sample) {
        const { outcome } = await resultOf(trials, candidate);
        if (isNoticed(outcome)) noticed++;
      }
      print(`${file}: ${noticed} of ${sample.length} noticed`);
    } finally {
      trials.close();
    }
  }
}

if (values.files.length > 0) {
  await runFiles(values.files);
} else {
  for (const name of positionals.length > 0 ? positionals : Object.keys(groups)) await runGroup(name);
  renewGenerated();
}
