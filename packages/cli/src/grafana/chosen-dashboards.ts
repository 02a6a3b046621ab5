import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { DashboardDefinition } from '@sightline/dashboards';
import { nearest } from '@sightline/errors';
import type { OptionSpecs } from '../command.ts';
import { fileError } from '../files.ts';
import type { Io } from '../io.ts';
import { optionsOption, readOptionsFile } from '../options-file.ts';
import { throwAll, usageError } from '../usage-error.ts';
import { loadDashboards } from './load-dashboards.ts';

/** Which dashboards, and how they are made. */
export const dashboardOptions = {
  from: {
    type: 'string',
    value: 'module',
    help: 'A module that exports dashboards made with defineDashboard, in place of those of this version',
    completes: 'file',
  },
  ...optionsOption,
} as const satisfies OptionSpecs;

/** A dashboard with the name that people call it by. */
export interface NamedDashboard {
  readonly name: string;
  readonly definition: DashboardDefinition;
}

/**
 * The dashboards that are named, by their names or uids; all of them without any.
 *
 * @throws {SightlineError} `SIGHTLINE_CLI_USAGE` for each name that there is not, `SIGHTLINE_CLI_FILE` when the module
 *   cannot be loaded or exports no dashboard
 */
export async function chosenDashboards(
  io: Pick<Io, 'cwd' | 'stdin'>,
  names: readonly string[],
  values: { readonly from: string | undefined; readonly options: string | undefined },
): Promise<readonly NamedDashboard[]> {
  const all =
    values.from === undefined
      ? await ownDashboards(io, values.options)
      : await dashboardsOf(io.cwd, values.from);
  if (names.length === 0) return all;
  const known = all.flatMap(({ name, definition }) => [name, definition.uid]);
  throwAll(names.filter((name) => !known.includes(name)).map((name) => unknownDashboard(name, all, known)));
  return all.filter(({ name, definition }) => names.includes(name) || names.includes(definition.uid));
}

async function ownDashboards(
  io: Pick<Io, 'cwd' | 'stdin'>,
  optionsFile: string | undefined,
): Promise<readonly NamedDashboard[]> {
  const options = await readOptionsFile(io, optionsFile);
  return entriesOf((await loadDashboards()).dashboards(options.dashboards));
}

function entriesOf(exported: object): readonly NamedDashboard[] {
  return Object.entries(exported).flatMap(([name, value]): NamedDashboard[] =>
    isDefinition(value) ? [{ name, definition: value }] : [],
  );
}

function isDefinition(value: unknown): value is DashboardDefinition {
  const { uid, title, rows } = (value ?? {}) as { uid?: unknown; title?: unknown; rows?: unknown };
  return typeof uid === 'string' && typeof title === 'string' && Array.isArray(rows);
}

/** The module is code of the user's own: it is run, as a configuration file of other tools is. */
async function dashboardsOf(cwd: string, file: string): Promise<readonly NamedDashboard[]> {
  let exported: object;
  try {
    exported = (await import(pathToFileURL(resolve(cwd, file)).href)) as object;
  } catch (error) {
    throw fileError(file, 'cannot be loaded as a module', error);
  }
  const found = [...entriesOf(exported), ...Object.values(exported).flatMap((value) => listed(value))];
  if (found.length === 0) throw fileError(file, 'exports no dashboard, one by one or in a list or a record');
  return [...new Map(found.map((each) => [each.definition.uid, each])).values()];
}

/** Dashboards in a list, or in a record such as `dashboards()` gives. */
function listed(value: unknown): readonly NamedDashboard[] {
  if (typeof value !== 'object' || value === null || isDefinition(value)) return [];
  return entriesOf(value).map(({ name, definition }) => ({
    name: Array.isArray(value) ? definition.uid : name,
    definition,
  }));
}

function unknownDashboard(name: string, all: readonly NamedDashboard[], known: readonly string[]): Error {
  const meant = nearest(name, known);
  return usageError({
    problem: 'there is no dashboard of the name that was given',
    expected: `one of ${all.map((each) => each.name).join(', ')}, or a uid`,
    fix: meant === undefined ? 'name one of these' : `did you mean ${meant}?`,
  });
}
