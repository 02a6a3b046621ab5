/**
 * How much of each package its tests run, and the gate on it.
 *
 * Only what runs in the process of a test is seen. Children and worker threads run `dist`, whose places are not those of
 * the source: what they run is covered, and not counted. Counting it would take a second map of every file, and a child
 * that is killed, as many are here, writes none.
 */
import { posix } from 'node:path';

/** What both lines and branches of each package must reach. */
export const requiredRatio = 0.95;

export type Kind = 'lines' | 'branches';

/** What packages must reach, where that is less than the others must. */
type Marks = Readonly<Record<string, Partial<Readonly<Record<Kind, number>>>>>;

/** A package that is not there yet, with what it may not fall below. */
export const reached: Marks = {};

const ownsProcess = 'takes over the process that it starts in: every test of it starts one';
const hooksModules =
  'hooks the loading of modules, which has one chance in a process: every test of it starts one';
const drains = 'ends the process that it serves: every test of it starts one';
const manyProcesses = 'speaks between threads or processes of one service: its tests start all of them';
const isThread = 'the program of a worker thread';
const isHook = 'a hook of components, which live in a browser: its tests drive it there';
const drawsPage = 'changes the page alone: the tests in a browser drive it there';

/** Files whose whole idea is to run in another process or thread, which the tests start: why, by path. */
export const runsElsewhere: Readonly<Record<string, string>> = {
  'packages/bootstrap/src/register.ts': ownsProcess,
  'packages/bootstrap/src/start.ts': ownsProcess,
  'packages/bootstrap/src/instance.ts': ownsProcess,
  'packages/bootstrap/src/current.ts': ownsProcess,
  'packages/bootstrap/src/running.ts': ownsProcess,
  'packages/bootstrap/src/sharing.ts': ownsProcess,
  'packages/bootstrap/src/reporter.ts': ownsProcess,
  'packages/bootstrap/src/outbox.ts': ownsProcess,
  'packages/bootstrap/src/built-in-plugins.ts': ownsProcess,
  'packages/bootstrap/src/otlp/log-destination.ts': ownsProcess,
  'packages/bootstrap/src/otlp/send-sync.ts': 'waits for a child of its own at the end of a process',
  'packages/bootstrap/src/otlp/send-sync-child.ts': 'the program of that child',
  'packages/bootstrap/src/lifecycle/lifecycle.ts': ownsProcess,
  'packages/bootstrap/src/lifecycle/signals.ts': ownsProcess,
  'packages/bootstrap/src/lifecycle/exit.ts': ownsProcess,
  'packages/bootstrap/src/lifecycle/goes-on.ts': ownsProcess,
  'packages/bootstrap/src/lifecycle/crash.ts': ownsProcess,
  'packages/bootstrap/src/lifecycle/other-listeners.ts': ownsProcess,
  'packages/bootstrap/src/health/service-health.ts': drains,
  'packages/bootstrap/src/health/service-drain.ts': drains,
  'packages/bootstrap/src/health/cluster-drain.ts': drains,
  'packages/bootstrap/src/health/healthy-service.ts': drains,
  'packages/bootstrap/src/hooks/module-hooks.ts': hooksModules,
  'packages/bootstrap/src/hooks/import-hook.ts': hooksModules,
  'packages/bootstrap/src/hooks/require-hook.ts': hooksModules,
  'packages/bootstrap/src/hooks/loaded-modules.ts': hooksModules,
  'packages/bootstrap/src/hooks/observe-service.ts': hooksModules,
  'packages/cli/src/main.ts': 'the program of the command, which tests call as a function or start',
  'packages/health/src/watchdog/program.ts': isThread,
  'packages/local/ui/src/app/theme.ts': drawsPage,
  'packages/local/ui/src/app/title.ts': isHook,
  'packages/local/ui/src/pages/dashboards/data/use-annotations.ts': isHook,
  'packages/local/ui/src/pages/dashboards/data/use-panel-data.ts': isHook,
  'packages/local/ui/src/pages/dashboards/data/use-variables.ts': isHook,
  'packages/local/ui/src/pages/dashboards/use-sight.ts': isHook,
  'packages/local/ui/src/pages/explore/create-editor.ts': drawsPage,
  'packages/local/ui/src/pages/logs/use-live-lines.ts': isHook,
  'packages/local/ui/src/pages/trace/use-waterfall.ts': isHook,
  'packages/local/ui/src/parts/chart/mount-plot.ts': drawsPage,
  'packages/local/ui/src/parts/use-modal.ts': isHook,
  'packages/local/ui/src/state/use-query.ts': isHook,
  'packages/logger/src/destinations/worker-lane-host.ts': isThread,
  'packages/metrics/src/aggregation/broadcast.ts': manyProcesses,
  'packages/metrics/src/aggregation/cluster.ts': manyProcesses,
  'packages/metrics/src/aggregation/threads.ts': manyProcesses,
};

/** What vitest measures; see `coverage.include` and `coverage.exclude`. */
export const measured = {
  include: ['packages/*/src/**/*.ts', 'packages/local/ui/src/**/*.ts'],
  exclude: ['**/*.test.ts', '**/*.fixture.ts', ...Object.keys(runsElsewhere)],
};

interface Place {
  readonly start: { readonly line?: number };
}

/** What istanbul's `coverage-final.json` says of one file, as far as it is read here. */
export interface FileCoverage {
  readonly statementMap: Readonly<Record<string, Place>>;
  readonly s: Readonly<Record<string, number>>;
  readonly branchMap: Readonly<Record<string, { readonly loc: Place; readonly locations: readonly Place[] }>>;
  readonly b: Readonly<Record<string, readonly number[]>>;
}

/** Of what there is to run in a file, the lines of what did not run; a line stands once for each of its branches. */
interface Tally {
  readonly count: number;
  readonly missed: readonly number[];
}

type FileTally = Readonly<Record<Kind, Tally>> & { readonly path: string };

export interface PackageCoverage {
  readonly name: string;
  readonly ratios: Readonly<Record<Kind, number>>;
  /** The worst first. */
  readonly files: readonly FileTally[];
}

const kinds = ['lines', 'branches'] as const;

/** The web app is a part of `local` with a figure of its own. */
const packageOf = (path: string): string => /^packages\/(local\/ui|[^/]+)/.exec(path)?.[1] ?? path;

function tallyOf(path: string, { statementMap, s, branchMap, b }: FileCoverage): FileTally {
  const hits = new Map<number, number>();
  for (const [id, { start }] of Object.entries(statementMap)) {
    const line = start.line ?? 0;
    hits.set(line, Math.max(hits.get(line) ?? 0, s[id] ?? 0));
  }
  const branches = Object.entries(branchMap).flatMap(([id, { loc, locations }]) =>
    // An `else` that is not written has no place of its own.
    locations.map(({ start }, index) => ({
      line: start.line ?? loc.start.line ?? 0,
      hits: b[id]?.[index] ?? 0,
    })),
  );
  const missed = branches.filter((branch) => branch.hits === 0).map(({ line }) => line);
  return {
    path,
    lines: { count: hits.size, missed: [...hits].filter(([, count]) => count === 0).map(([line]) => line) },
    branches: { count: branches.length, missed },
  };
}

const missedIn = (file: FileTally): number => file.lines.missed.length + file.branches.missed.length;

/**
 * The coverage of each package, by its name.
 *
 * @param report istanbul's `coverage-final.json`
 * @param root the folder that holds `packages/`
 */
export function packageCoverage(
  report: Readonly<Record<string, FileCoverage>>,
  root: string,
): readonly PackageCoverage[] {
  const files = Object.entries(report).map(([path, file]) => tallyOf(posix.relative(root, path), file));
  const byName = Map.groupBy(files, ({ path }) => packageOf(path));
  return [...byName]
    .map(([name, own]) => {
      const ratio = (kind: Kind): number => {
        const count = own.reduce((sum, file) => sum + file[kind].count, 0);
        const missed = own.reduce((sum, file) => sum + file[kind].missed.length, 0);
        return count === 0 ? 1 : 1 - missed / count;
      };
      return {
        name,
        ratios: { lines: ratio('lines'), branches: ratio('branches') },
        files: own.toSorted((a, b) => missedIn(b) - missedIn(a)),
      };
    })
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

const markOf = (name: string, kind: Kind, lower: Marks): number => lower[name]?.[kind] ?? requiredRatio;

/** Rounded down: what is below the mark never reads as if it had reached it. */
const percent = (ratio: number): string => `${(Math.floor(ratio * 1000) / 10).toFixed(1)} %`;

const row = (name: string, lines: string, branches: string, more = ''): string =>
  `${name.padEnd(12)}${lines.padStart(9)}${branches.padStart(10)}${more}`;

/** A row for each package; behind one that is not there yet, what it is held to meanwhile. */
export function coverageTable(packages: readonly PackageCoverage[], lower: Marks = reached): string {
  return [
    row('Coverage', 'lines', 'branches'),
    ...packages.map(({ name, ratios }) => {
      const held = kinds.filter((kind) => lower[name]?.[kind] !== undefined);
      const more = held.map((kind) => `${kind} at least ${percent(markOf(name, kind, lower))}`).join(', ');
      return row(name, percent(ratios.lines), percent(ratios.branches), more === '' ? '' : `  (${more})`);
    }),
  ].join('\n');
}

function placesOf({ path, lines, branches }: FileTally): string {
  const places = [...new Set([...lines.missed, ...branches.missed])].toSorted((a, b) => a - b);
  const listed = places.slice(0, 12).join(', ');
  return `    ${path}: ${listed}${places.length > 12 ? ` and ${places.length - 12} more` : ''}`;
}

/**
 * What is below the mark, in words: each package with its figure, its worst files and the lines to look at.
 *
 * @returns one paragraph for each package, none when all is well
 */
export function coverageProblems(
  packages: readonly PackageCoverage[],
  lower: Marks = reached,
): readonly string[] {
  return packages.flatMap(({ name, ratios, files }) => {
    const below = kinds.flatMap((kind) => {
      const mark = markOf(name, kind, lower);
      return ratios[kind] < mark ? [`${percent(ratios[kind])} of its ${kind}, not ${percent(mark)}`] : [];
    });
    if (below.length === 0) return [];
    const worst = files.filter((file) => missedIn(file) > 0).slice(0, 5);
    return [
      `${name}: the tests run ${below.join(' and ')}. Most is left in\n${worst.map(placesOf).join('\n')}`,
    ];
  });
}
