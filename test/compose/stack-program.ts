import { type DebianProgram, type Found, debianProgram } from '../servers/debian.ts';
import { findProgram } from '../servers/program.ts';

/** A server of the stack, or a tool of one. */
export type StackProgram = 'prometheus' | 'promtool' | 'alertmanager' | 'amtool' | 'loki' | 'tempo';

/** Where the newest Debian has it; no registry that tests can use has the others. */
const packages: Partial<Record<StackProgram, DebianProgram>> = {
  prometheus: { program: 'prometheus', package: 'prometheus', release: 'sid' },
  promtool: { program: 'promtool', package: 'promtool', release: 'sid' },
  alertmanager: { program: 'prometheus-alertmanager', package: 'prometheus-alertmanager', release: 'sid' },
  amtool: { program: 'amtool', package: 'prometheus-alertmanager', release: 'sid' },
};

/** Finds a program by `SIGHTLINE_<NAME>_BINARY`, then among Debian's packages or, where these lack it, on the PATH. */
export async function stackProgram(name: StackProgram): Promise<Found> {
  const variable = `SIGHTLINE_${name.toUpperCase()}_BINARY`;
  const debian = packages[name];
  // What an old Debian has on the PATH is not what the configurations are for.
  return debian === undefined || process.env[variable] !== undefined
    ? findProgram(name, variable)
    : debianProgram(debian);
}

/** The path of a program, or the test is skipped with the reason. */
export function pathOr(found: Found, skip: (reason: string) => never): string {
  return 'path' in found ? found.path : skip(found.missing);
}

/** Says once, in the output of a test, what it does not run against. */
export function tellMissing(found: readonly Found[]): void {
  for (const each of found) {
    if ('missing' in each) process.stdout.write(`Not checked by it: ${each.missing}\n`);
  }
}
