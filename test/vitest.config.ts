import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { measured } from './coverage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = readdirSync(new URL('../packages', import.meta.url));

/** Source, not `dist`: a test sees an edit at once. Children that tests spawn run `dist`, as users do. */
const conditions = ['@sightline/source'];

export default defineConfig({
  root,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
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
          include: [`packages/${name}/{src,test,ui/src}/**/*.test.ts`],
        },
      })),
      {
        extends: true as const,
        // What is waited for in a browser comes late on a busy machine, and at once on another.
        test: { name: 'workspace', include: ['test/*.test.ts'], expect: { poll: { timeout: 20_000 } } },
      },
    ],
  },
});
