import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runScript } from './promqltest/run-script.ts';

const ours = fileURLToPath(new URL('promqltest/scripts', import.meta.url));
/** A folder with Prometheus's own scripts, `promql/promqltest/testdata` of its repository. */
const theirs = process.env['SIGHTLINE_PROMQLTEST'];

async function problemsOf(path: string): Promise<readonly string[]> {
  const cases = await runScript(readFileSync(path, 'utf8'));
  expect(cases.length).toBeGreaterThan(0);
  return cases.flatMap(({ line, query, problem }) =>
    problem === undefined ? [] : [`line ${line}: ${query}: ${problem}`],
  );
}

function scripts(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.test'));
}

/** A name of a label in bytes that are no UTF-8, which a text of JavaScript cannot hold for the message. */
const cannotBe: Readonly<Record<string, readonly RegExp[]>> = {
  'aggregators.test': [/^line \d+: count_values\("a\\xc5z", version\)/],
};

describe('createPromqlEngine', () => {
  it.each(scripts(ours))('does all that %s says', async (name) => {
    expect(await problemsOf(join(ours, name))).toEqual([]);
  });

  it.skipIf(theirs === undefined).each(theirs === undefined ? ['each script'] : scripts(theirs))(
    'does all that %s of Prometheus says',
    async (name) => {
      const problems = await problemsOf(join(theirs ?? '', name));
      const expected = cannotBe[name] ?? [];
      expect(problems.filter((problem) => !expected.some((pattern) => pattern.test(problem)))).toEqual([]);
    },
  );
});
