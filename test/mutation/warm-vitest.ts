/** The other side of `mutation-process.ts`: vitest, kept warm, in a process that can be killed when a mutant never ends. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  BaseSequencer,
  type TestCase,
  type TestModule,
  type TestSpecification,
  createVitest,
} from 'vitest/node';
import { markedSource } from './marked-source.ts';
import type { TestRequest, TestAnswer } from './mutation-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Sources that stand in for those on the disk, by path. */
const replaced = new Map<string, string>();
let order: readonly string[] = [];
let isMarked = false;

/** Test files run in the order in which they were asked for: what notices best comes first. */
class AskedOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return Promise.resolve(files.toSorted((a, b) => order.indexOf(a.moduleId) - order.indexOf(b.moduleId)));
  }
}

/** Names of tests that fail without any mutant. */
let failing: ReadonlySet<string> = new Set();

function isNews(test: TestCase): boolean {
  return test.result().state === 'failed' && !failing.has(test.fullName);
}

/** What fails of a file that does not fail anyway: a test by its name, or the file itself. */
function firstFailure(module: TestModule): string | undefined {
  const failed = Array.from(module.children.allTests('failed'));
  const own = module.state() === 'failed' && failed.length === 0 ? 'the file itself' : undefined;
  return failed.find(isNews)?.fullName ?? own;
}

/** Without a query. */
function pathOf(id: string): string {
  return id.replace(/\?.*$/, '');
}

const [stepsFolder = '', tests = '[]'] = process.argv.slice(2);
const conditions = ['@sightline/source'];
const vitest = await createVitest(
  'test',
  {
    config: false,
    root,
    watch: false,
    include: JSON.parse(tests) as string[],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: [fileURLToPath(new URL('record-steps.ts', import.meta.url))],
    provide: { stepsFolder },
    reporters: [
      {
        // Of a mutant one failure is enough; without one, all of them are to be seen.
        onTestCaseResult: (test) => {
          if (!isMarked && isNews(test)) void vitest.cancelCurrentRun('test-failure');
        },
        onTestModuleEnd: (module) => {
          if (!isMarked && firstFailure(module) !== undefined) void vitest.cancelCurrentRun('test-failure');
        },
      },
    ],
    update: false,
    maxWorkers: 1,
    // A busy machine is no fault.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    sequence: { sequencer: AskedOrder },
  },
  {
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    plugins: [
      {
        name: 'mutant',
        enforce: 'pre',
        // What stands in for a file must not be kept on the disk as that file.
        configureVitest: ({ defineCacheKeyGenerator }) => {
          defineCacheKeyGenerator(({ id }) => (replaced.has(pathOf(id)) ? false : undefined));
        },
        transform: (_code, id) => replaced.get(pathOf(id)),
      },
    ],
  },
);
const specifications = await vitest.globTestSpecifications();

async function answer({ files, sources, ...request }: TestRequest): Promise<TestAnswer> {
  ({ isMarked } = request);
  failing = new Set(request.failing);
  for (const path of replaced.keys()) vitest.invalidateFile(path);
  replaced.clear();
  for (const { file, source } of sources) {
    const path = `${root}/${file}`;
    const text = source ?? readFileSync(path, 'utf8');
    replaced.set(path, isMarked ? markedSource(file, text) : text);
    vitest.invalidateFile(path);
  }
  // What failed last time is not asked for again.
  vitest.state.filesMap.clear();
  vitest.state.idMap.clear();
  vitest.state.errorsSet.clear();
  order = files.map((file) => `${root}/${file}`);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    specifications.filter(({ moduleId }) => files.length === 0 || order.includes(moduleId)),
  );
  const modules = testModules.map((module) => ({
    file: module.moduleId.slice(root.length + 1),
    durationMs: module.diagnostic().duration + module.diagnostic().collectDuration,
    failed: firstFailure(module),
    failing: Array.from(module.children.allTests('failed'), ({ fullName }) => fullName),
  }));
  return {
    modules,
    failed: modules.find(({ failed }) => failed !== undefined),
    unhandled:
      unhandledErrors.length > 0 ? String((unhandledErrors[0] as { message?: unknown }).message) : undefined,
  };
}

process.on('message', (request: TestRequest) => {
  void answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) =>
      process.send?.({ modules: [], failed: undefined, unhandled: String(error) } satisfies TestAnswer),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');
