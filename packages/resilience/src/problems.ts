import { type ErrorCode, type ErrorParts, SightlineError } from '@sightline/errors';

/** What is wrong with the watching, told once each. */
export interface Problems {
  /** @param key what it is about; the same is told once */
  once(key: string, code: ErrorCode, parts: ErrorParts, cause?: unknown): void;
}

/** Most keys that are remembered; past it nothing more is told, as there is something to correct by then. */
const MAX_KEYS = 1000;

export function createProblems(onProblem: (problem: SightlineError) => void = warn): Problems {
  const keys = new Set<string>();
  return {
    once(key, code, parts, cause) {
      if (keys.size >= MAX_KEYS || keys.has(key)) return;
      keys.add(key);
      try {
        onProblem(new SightlineError(code, parts, cause === undefined ? undefined : { cause }));
      } catch {
        // Whoever wants to know of problems must not make one.
      }
    },
  };
}

function warn({ code, message }: SightlineError): void {
  process.emitWarning(message, { type: 'SightlineWarning', code });
}
