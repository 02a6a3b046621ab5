import { vi } from 'vitest';

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
export function captureWarnings(): string[] {
  const warnings: string[] = [];
  vi.spyOn(process, 'emitWarning').mockImplementation((warning) => {
    warnings.push(String(warning));
  });
  return warnings;
}
