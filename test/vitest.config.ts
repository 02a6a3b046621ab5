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

/** V8 loses some counts of modules that a process loads again and again: what is measured has processes of its own. */
const measures = process.argv.some((arg) => arg.startsWith('--coverage'));
const isShared = (name: string): boolean => sharing.has(name) && !measures;

const freshModules = fileURLToPath(new URL('fresh-modules.ts', import.meta.url));

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
    projects: [
      ...packages.map((name) => ({
        extends: true as const,
        test: {
          name,
          isolate: !isShared(name),
          setupFiles: isShared(name) ? [freshModules] : [],
          include: [`packages/${name}/{src,test,ui/src}/**/*.test.ts`],
        },
      })),
      {
        extends: true as const,
        test: { name: 'workspace', include: ['test/*.test.ts'] },
      },
    ],
  },
});
