import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type DebianProgram, type Found, debianProgram } from '../servers/debian.ts';

const run = promisify(execFile);

/** By what people call them: the release of this machine, and the newest. */
export const promtools: readonly (DebianProgram & { readonly name: string })[] = [
  { name: "this Debian's promtool", program: 'promtool', package: 'prometheus', release: 'own' },
  { name: "the newest Debian's promtool", program: 'promtool', package: 'promtool', release: 'sid' },
];

export const amtools: readonly (DebianProgram & { readonly name: string })[] = [
  { name: "this Debian's amtool", program: 'amtool', package: 'prometheus-alertmanager', release: 'own' },
  {
    name: "the newest Debian's amtool",
    program: 'amtool',
    package: 'prometheus-alertmanager',
    release: 'sid',
  },
];

/** Each of them, or why it is missing; one after the other, because the second may be what the first has just got. */
export async function findPrograms(programs: readonly DebianProgram[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  // oxlint-disable-next-line no-await-in-loop -- see above
  for (const program of programs) found.push(await debianProgram(program));
  return found;
}

/** The program, or the test is skipped with the reason. */
export function programOf(found: Found | undefined, skip: (reason: string) => never): string {
  if (found === undefined || 'missing' in found) return skip(found?.missing ?? 'not looked for');
  return found.path;
}

/** What a program said, and whether it was content. */
export interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a program to its end, or kills it when its time is up. */
export async function outcomeOf(
  path: string,
  args: readonly string[],
  { timeoutMs = 120_000, cwd }: { readonly timeoutMs?: number; readonly cwd?: string } = {},
): Promise<Outcome> {
  try {
    const { stdout, stderr } = await run(path, [...args], { timeout: timeoutMs, ...(cwd && { cwd }) });
    return { ok: true, output: `${stdout}${stderr}` };
  } catch (error) {
    const {
      stdout = '',
      stderr = '',
      message,
    } = error as { stdout?: string; stderr?: string; message: string };
    return { ok: false, output: `${stdout}${stderr}` || message };
  }
}

/** Does the same with every element, so many at a time, in their order; stops starting when `until` says so. */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
  until: () => boolean = () => false,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  async function lane(): Promise<void> {
    while (next < items.length && !until()) {
      const index = next;
      next += 1;
      // oxlint-disable-next-line no-await-in-loop -- a lane does one after the other
      results[index] = await work(items[index]!);
    }
  }
  await Promise.all(Array.from({ length: width }, lane));
  return results.filter((result) => result !== undefined);
}
