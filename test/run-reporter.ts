/** A reporter of vitest that writes what a run comes to, as a {@link TestRun}, to the file named by `TEST_RUN_FILE`. */
import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';
import type { TestFailure, TestRun } from './test-failures.ts';

// oxlint-disable-next-line import/no-default-export -- vitest loads a reporter by its default export
export default function runReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandled) {
      const file = process.env['TEST_RUN_FILE'];
      if (file !== undefined) writeFileSync(file, JSON.stringify(runOf(modules, unhandled)));
    },
  };
}

function runOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): TestRun {
  const tests = modules.flatMap(({ children }) => [...children.allTests()]);
  const count = (state: string): number => tests.filter((test) => test.result().state === state).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    skipped: count('skipped'),
    failures: [...modules.flatMap(failuresOf), ...unhandled.map((error) => ({ message: textOf([error]) }))],
  };
}

/** A file fails by its tests, and by what it and its suites do around them. */
function failuresOf(module: TestModule): TestFailure[] {
  const file = module.relativeModuleId;
  const around = [module, ...module.children.allSuites()].flatMap((part) => part.errors());
  const failed = [...module.children.allTests('failed')].map((test) => ({
    file,
    test: test.fullName,
    message: textOf(test.result().errors ?? []),
  }));
  return around.length === 0 ? failed : [...failed, { file, message: textOf(around) }];
}

function textOf(errors: readonly SerializedError[]): string {
  return errors.map(({ message, stack }) => stack ?? message).join('\n');
}
