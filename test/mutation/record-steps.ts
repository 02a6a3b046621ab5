import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where each test file writes which steps of the marked sources it ran. */
    stepsFolder: string;
  }
}

declare global {
  var sightlineSteps: Set<string> | undefined;
}

const folder = inject('stepsFolder');
// The folder is there while the sources are marked.
if (existsSync(folder)) {
  globalThis.sightlineSteps = new Set();
  const { testPath = '' } = expect.getState();
  afterAll(() => {
    const name = `${testPath.replaceAll(/\W/g, '-')}.json`;
    writeFileSync(
      join(folder, name),
      JSON.stringify({ testPath, steps: [...(globalThis.sightlineSteps ?? [])] }),
    );
  });
}
