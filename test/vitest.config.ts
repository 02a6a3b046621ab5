import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { measured } from './coverage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(new URL('../packages', import.meta.url));

/** Source, not `dist`: a test sees an edit at once. Children that tests spawn run `dist`, as users do. */
const conditions = ['@sightline/source'];

/**
 * Packages whose tests leave nothing behind in a process: their files share one, each with modules of its own, as starting
 * one for each takes longer than most of them. Those of the others hook into the process, or into modules that are not reset.
 */
const sharing = new Set([
  'alerts',
  'bootstrap',
  'cli',
  'conventions',
  'dashboards',
  'errors',
  'health',
  'local',
  'metrics',
  'query',
  'redact',
  'resilience',
]);

const measures = process.argv.some((arg) => arg.startsWith('--coverage'));

/**
 * All packages are measured as one: of each project vitest reads back every module that its tests have loaded, and most
 * packages load those of others.
 */
const asOne = measures && !process.argv.includes('--project');

const freshModules = fileURLToPath(new URL('fresh-modules.ts', import.meta.url));

/** The tests of packages that all share processes, or all do not. */
function project(name: string, folders: readonly string[]) {
  const isShared = folders.every((folder) => sharing.has(folder));
  return {
    extends: true as const,
    test: {
      name,
      isolate: !isShared,
      setupFiles: isShared ? [freshModules] : [],
      include: folders.map((folder) => `packages/${folder}/{src,test,ui/src}/**/*.test.ts`),
    },
  };
}

const workspace = {
  extends: true as const,
  test: { name: 'workspace', include: ['test/*.test.ts'] },
};

export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // What is waited for comes late on a busy machine, and at once on another.
    expect: { poll: { timeout: 20_000 } },
    coverage: {
      provider: 'v8',
      ...measured,
      reporter: ['json'],
      reportOnFailure: true,
      reportsDirectory: 'coverage',
    },
    projects: asOne
      ? [
          project(
            'packages',
            packages.filter((name) => sharing.has(name)),
          ),
          project(
            'packages with processes of their own',
            packages.filter((name) => !sharing.has(name)),
          ),
        ]
      : [...packages.map((name) => project(name, [name])), workspace],
  },
});
