import { afterEach, beforeEach, vi } from 'vitest';

export type Line = Readonly<Record<string, unknown>>;

/** A stream that keeps what is written to it. */
export function captureLines() {
  const written: string[] = [];
  return {
    stream: { write: (line: string): void => void written.push(line) },
    /** Every byte so far. */
    text: (): string => written.join(''),
    /** What was written, line by line, and nothing but lines. */
    lines: (): Line[] => written.map((line) => JSON.parse(line) as Line),
    count: (): number => written.length,
    last(): Line {
      return JSON.parse(written.at(-1) ?? 'null') as Line;
    },
  };
}

/** Takes the process's warnings, until the mocks are restored. */
export function captureWarnings(warnings: string[] = []): string[] {
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(String(warning));
  });
  return warnings;
}

/**
 * Runs each test of a suite without the variables that a logger reads, and keeps the process's warnings.
 *
 * @returns the warnings of the test that runs
 */
export function isolateLoggers(): readonly string[] {
  const warnings: string[] = [];
  beforeEach(() => {
    for (const name of ['LOG_LEVEL', 'SIGHTLINE_STRICT', 'OTEL_SERVICE_NAME', 'OTEL_RESOURCE_ATTRIBUTES']) {
      vi.stubEnv(name, undefined);
    }
    warnings.length = 0;
    captureWarnings(warnings);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });
  return warnings;
}
